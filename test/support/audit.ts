/** Looks into a cell without touching it: what the guest's tables, the shadow or nested tables and the TLB say of a page. */
import { addressOf } from '../../src/memory/address.js';
import { fourLevel } from '../../src/memory/formats/four-level.js';
import { PTE } from '../../src/memory/formats/index.js';
import { entryFrame, entryIndex, noExecuteOf } from '../../src/memory/page-table.js';
import type { PhysicalMemory } from '../../src/memory/physical.js';
import { Dimension, ACCESS } from '../../src/mmu/dimension.js';
import { SMALL } from '../../src/mmu/page-index.js';
import { WALK, Walker } from '../../src/mmu/walker.js';
import type { Cell } from '../../src/run/cell.js';
import { KIND } from '../../src/trace/event.js';

/** Cheaper than an expectation, of which a history makes millions. */
function must(law: string, holds: boolean, page: number): void {
  if (!holds) throw new Error(`${law}: not so for page 0x${page.toString(16)}`);
}

export interface GuestView {
  /** The entries on the way, from the root down to the last one read: low and high halves, accessed and dirty bits included. */
  readonly entries: readonly number[];
  /** Guest frame, or -1 where the tables do not map the page. */
  readonly frame: number;
  readonly writable: boolean;
  readonly dirty: boolean;
  readonly noExecute: boolean;
}

/** The guest's own tables, as its kernel reads them. */
export function guestView({ paging }: Cell, vpn: number): GuestView {
  const entries: number[] = [];
  let table = paging.guestRoot;
  let rights = -1;
  let noExecute = false;
  for (let level = fourLevel.levels; ; level--) {
    const index = entryIndex(fourLevel, vpn, level);
    const [low, high] = [paging.readWord(table, 2 * index), paging.readWord(table, 2 * index + 1)];
    entries.push(low, high);
    rights &= low;
    noExecute ||= noExecuteOf(high);
    const leaf = level === 1 || (low & PTE.large) !== 0;
    if ((low & PTE.present) === 0 || (leaf && (rights & PTE.user) === 0))
      return { entries, frame: -1, writable: false, dirty: false, noExecute: false };
    if (leaf) {
      const frame = entryFrame(low, high, fourLevel.pageShift(level)) + (vpn % 512 ** (level - 1));
      return { entries, frame, writable: (rights & PTE.writable) !== 0, dirty: (low & PTE.dirty) !== 0, noExecute };
    }
    table = entryFrame(low, high);
  }
}

/** Holds what hardware may use - shadow and nested tables, TLBs - against what the guest's tables say. */
export function expectConsistent(cell: Cell, vpn: number, guest: GuestView): void {
  const system = guest.frame < 0 ? -1 : cell.platform.host.frameOf(guest.frame);
  expectShadowAgrees(cell, vpn, guest, system);
  expectNestedAgrees(cell, guest, system);
  expectTlbAgrees(cell, vpn, guest, system);
}

function expectShadowAgrees(cell: Cell, vpn: number, guest: GuestView, system: number): void {
  const { platform, paging } = cell;
  const root = platform.walker.guest.root;
  if (root === paging.guestRoot || platform.walker.host !== null) return; // no tables of the VMM, or with its frames, here
  const shadow = quietWalker(platform.memory, root);
  if (shadow.walk(vpn, ACCESS.user) !== WALK.ok) return; // not filled yet
  must('a shadow leaf points where the guest says', shadow.frame === system, vpn);
  must("a shadow leaf has the guest's no-execute", shadow.guestNoExecute === guest.noExecute, vpn);
  const marked = root === platform.host.frameOf(paging.guestRoot); // the guest's own words: the hardware sets their dirty bits
  if (shadow.guestWritable)
    must('a writable shadow leaf stands for a writable dirty entry', guest.writable && (guest.dirty || marked), vpn);
}

function expectNestedAgrees({ platform }: Cell, guest: GuestView, system: number): void {
  const { host } = platform.walker;
  if (host === null || guest.frame < 0) return;
  const nested = quietWalker(platform.memory, host.root);
  if (nested.walk(guest.frame, ACCESS.user) === WALK.ok)
    must('nested tables map a guest frame to its place', nested.frame === system, guest.frame);
}

/** The guest flushes what it changes, so a TLB never holds anything but the present translation. */
function expectTlbAgrees({ mmu, index }: Cell, vpn: number, guest: GuestView, system: number): void {
  const key = index.find(SMALL, vpn);
  const read = mmu.held(key, KIND.read);
  const written = mmu.held(key, KIND.write);
  const fetched = mmu.held(key, KIND.fetch);
  if (read >= 0) must('a TLB entry points where the tables say', read === system, vpn);
  if (written >= 0)
    must(
      'a TLB entry that may be written has a writable dirty leaf',
      written === system && guest.writable && guest.dirty,
      vpn,
    );
  if (fetched >= 0)
    must('a TLB entry that may be fetched has an executable leaf', fetched === system && !guest.noExecute, vpn);
}

/** A walker that sets no bits, at a root; its counts are thrown away. One for each memory, because masks take time to work out. */
function quietWalker(memory: PhysicalMemory, root: number): Walker {
  let walker = walkers.get(memory);
  if (walker === undefined) {
    walker = new Walker(memory, new Dimension(fourLevel, 0));
    walker.marks = false;
    walkers.set(memory, walker);
  }
  walker.map = null;
  walker.guest.setRoot(addressOf(root));
  return walker;
}

const walkers = new WeakMap<PhysicalMemory, Walker>();
