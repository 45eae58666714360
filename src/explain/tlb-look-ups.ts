/** Where a reference will be looked up and what is found there, seen before it is made: looking changes nothing. */
import { addressOf } from '../memory/address.js';
import type { TlbLevel } from '../mmu/tlb/tlb-level.js';
import { RIGHT } from '../paging/strategy.js';
import type { Cell } from '../run/cell.js';
import { KIND } from '../trace/event.js';
import { hex } from './hex.js';
import type { TlbLookUp } from './step.js';

const NEED = [RIGHT.fetch, RIGHT.read, RIGHT.write] as const;
const SHIFTS = { small: 12, huge: 30 } as const;

/** As the MMU does it: the second level is asked when the first has nothing, not when that lacks a right. */
export function tlbLookUps(cell: Cell, page: number, kind: number): TlbLookUp[] {
  // The page may be new to the replay.
  cell.index.grow();
  cell.hardware.tlb.reserve();
  const { l1i, load, store, l2i, l2d } = cell.hardware.tlb;
  const split = load !== store;
  const data = kind === KIND.write ? store : load;
  const first = kind === KIND.fetch ? l1i : data;
  const name = kind === KIND.fetch ? 'instruction' : split ? (kind === KIND.write ? 'store' : 'load') : 'data';
  const one = lookUp(cell, `L1 ${name} TLB`, first, page, kind);
  const second = kind === KIND.fetch ? l2i : l2d;
  if (one.found !== 'miss' || second === null) return [one];
  const unified = l2i === l2d ? 'L2 TLB' : `L2 ${kind === KIND.fetch ? 'instruction' : 'data'} TLB`;
  return [one, lookUp(cell, unified, second, page, kind)];
}

function lookUp({ index }: Cell, tlb: string, level: TlbLevel, page: number, kind: number): TlbLookUp {
  const slot = level.find(index, page);
  if (slot < 0) return { event: 'tlbLookUp', tlb, found: 'miss', pageBytes: null, systemPhysical: null };
  const { array, size } = level;
  const shift = size === 0 ? SHIFTS.small : size === 1 ? index.largeShift : SHIFTS.huge;
  const frame = array.frame[slot]! + (index.pages.vpn[page]! % index.pagesOf[size]);
  const found = (array.rights[slot]! & NEED[kind]!) === 0 ? 'lacks right' : 'hit';
  return { event: 'tlbLookUp', tlb, found, pageBytes: 2 ** shift, systemPhysical: hex(addressOf(frame)) };
}
