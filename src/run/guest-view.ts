/** What the guest's own tables say of a page, as its kernel would read them: nothing is marked, cached or counted. */
import { ACCESS, Dimension } from '../mmu/dimension.js';
import { WALK, Walker } from '../mmu/walker.js';
import type { PagingStrategy, Platform } from '../paging/strategy.js';

/** The parts of a cell that an audit looks into. */
export interface Audited {
  readonly platform: Platform;
  readonly paging: PagingStrategy;
}

export interface GuestView {
  /** The entries on the way, from the root down to the last one read: low and high halves, accessed and dirty bits included. */
  readonly entries: readonly number[];
  /** Where those entries are: frame of the table × 512 + index. */
  readonly places: readonly number[];
  /** Guest frame, or -1 where the tables do not map the page. */
  readonly frame: number;
  readonly writable: boolean;
  readonly accessed: boolean;
  readonly dirty: boolean;
  readonly noExecute: boolean;
}

export function guestView({ platform, paging }: Audited, vpn: number): GuestView {
  const walker = walkerOf(platform);
  walker.guest.root = paging.guestRoot;
  const mapped = walker.walk(vpn, ACCESS.read) === WALK.ok;
  const entries: number[] = [];
  const places: number[] = [];
  const { levels, accessed } = walker.guest;
  for (let level = levels; level >= walker.lastLevel; level--) {
    entries.push(walker.pathLow(level), walker.pathHigh(level));
    places.push(walker.pathFrame[level]! * 512 + walker.pathIndex(level));
  }
  return {
    entries,
    places,
    frame: mapped ? walker.guestFrame : -1,
    writable: mapped && walker.guestWritable,
    accessed: mapped && (walker.leafRead & accessed) === accessed,
    dirty: mapped && walker.leafDirty,
    noExecute: mapped && walker.guestNoExecute,
  };
}

/** One for each platform, because masks take time to work out. */
const walkers = new WeakMap<Platform, Walker>();

function walkerOf(platform: Platform): Walker {
  let walker = walkers.get(platform);
  if (walker === undefined) {
    const { format, controls } = platform.walker.guest;
    walker = new Walker(platform.memory, new Dimension(format, 0, controls));
    walker.map = platform.host;
    walker.marks = false;
    walkers.set(platform, walker);
  }
  return walker;
}
