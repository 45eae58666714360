/** Where a reference will be looked up and what is found there, seen before it is made: looking changes nothing. */
import { addressOf } from '../memory/address.js';
import { NEED } from '../mmu/miss-path.js';
import type { TlbLevel } from '../mmu/tlb/tlb-level.js';
import type { Cell } from '../run/cell.js';
import { KIND } from '../trace/event.js';
import { bytesText } from './end-text.js';
import { hex } from './hex.js';
import type { TlbLookUp } from './step.js';

const SHIFTS = { small: 12, huge: 30 } as const;

/** As the MMU does it: the second level is asked when the first has nothing, not when that lacks a right. */
export function tlbLookUps(cell: Cell, page: number, kind: number): TlbLookUp[] {
  // The page may be new to the replay.
  cell.index.grow();
  cell.hardware.tlb.reserve();
  const [first, second] = levelsOf(cell, kind).map(([name, level]) => lookUp(cell, name, level, page, kind));
  return first!.found !== 'miss' || second === undefined ? [first!] : [first!, second];
}

/** What the TLBs hold of the page after the reference, where that is new; null if nothing is. */
export function tlbFills(cell: Cell, page: number, kind: number, before: readonly TlbLookUp[]): string | null {
  const now = levelsOf(cell, kind).map(([name, level]) => lookUp(cell, name, level, page, kind));
  const filled = now.filter(
    ({ found, tlb }) => found === 'hit' && !before.some((one) => one.tlb === tlb && one.found === 'hit'),
  );
  if (filled.length === 0 || before[0]!.found === 'hit') return null;
  const each = filled.map(({ tlb, pageBytes }) => `${tlb} (${bytesText(pageBytes!)} entry)`);
  return `now in the ${each.join(' and the ')}`;
}

function levelsOf(cell: Cell, kind: number): (readonly [name: string, level: TlbLevel])[] {
  const { l1i, load, store, l2i, l2d } = cell.hardware.tlb;
  const fetch = kind === KIND.fetch;
  const data = load === store ? 'data' : kind === KIND.write ? 'store' : 'load';
  const second = fetch ? l2i : l2d;
  const unified = l2i === l2d ? 'L2 TLB' : `L2 ${fetch ? 'instruction' : 'data'} TLB`;
  return [
    [`L1 ${fetch ? 'instruction' : data} TLB`, fetch ? l1i : kind === KIND.write ? store : load],
    ...(second === null ? [] : [[unified, second] as const]),
  ];
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
