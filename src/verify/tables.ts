/** Tables built by software, for walks whose references are counted. */
import { EPT, FORMATS, PTE, type FormatName, type TableFormat } from '../memory/formats/index.js';
import type { FrameMap } from '../memory/frame-map.js';
import { sequentialFrames } from '../memory/frames.js';
import { RadixTable } from '../memory/page-table.js';
import { PhysicalMemory } from '../memory/physical.js';
import { ACCESS, Dimension } from '../mmu/dimension.js';
import { WALK, Walker } from '../mmu/walker.js';

const FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed | PTE.dirty;
const TABLE_FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed;
const EPT_TABLE_FLAGS = EPT.read | EPT.write | EPT.execute | EPT.accessed;
/** Of write-back memory. */
const EPT_FLAGS = EPT_TABLE_FLAGS | EPT.dirty | (6 << 3);

const leafFlags = (format: TableFormat): number => (format.readWriteExecute ? EPT_FLAGS : FLAGS);
const tableFlags = (format: TableFormat): number => (format.readWriteExecute ? EPT_TABLE_FLAGS : TABLE_FLAGS);

/** First frames of guest memory for data and of system memory for everything that is not a nested table: 1 GiB apart. */
const GUEST_DATA = 2 ** 18;
const SYSTEM_DATA = 2 ** 19;

export interface Built {
  readonly walker: Walker;
  readonly vpn: number;
  /** System frame that `vpn` is mapped to. */
  readonly frame: number;
  readonly guest: RadixTable;
}

export function buildNative(name: FormatName, level: number, vpn: number): Built {
  const memory = new PhysicalMemory();
  const format = FORMATS[name];
  const guest = new RadixTable(memory, format, sequentialFrames(1, 1000), null, TABLE_FLAGS);
  guest.set(vpn, GUEST_DATA, FLAGS, false, level);
  const walker = new Walker(memory, new Dimension(format, guest.root * 4096));
  return { walker, vpn, guest, frame: GUEST_DATA + (vpn % 2 ** (format.pageShift(level) - 12)) };
}

/** A guest on nested tables; every guest page, of tables or data, is mapped by nested pages of `hostLevel`. */
export function buildNested(
  guestName: FormatName,
  guestLevel: number,
  hostName: FormatName,
  hostLevel: number,
  vpn: number,
  tableHostLevel = hostLevel,
): Built {
  const memory = new PhysicalMemory();
  const host = FORMATS[hostName];
  const nested = new RadixTable(memory, host, sequentialFrames(1, 1000), null, tableFlags(host));
  const place = (guestFrame: number, level: number) => {
    const pages = 2 ** (host.pageShift(level) - 12);
    const first = guestFrame - (guestFrame % pages);
    nested.set(first, SYSTEM_DATA + first, leafFlags(host), false, level);
    return SYSTEM_DATA + guestFrame;
  };
  const map: FrameMap = { frameOf: (guestFrame) => place(guestFrame, tableHostLevel) };
  const format = FORMATS[guestName];
  const guest = new RadixTable(memory, format, sequentialFrames(1, 1000), map, TABLE_FLAGS);
  if (guestName === 'none') {
    const off = new Walker(memory, new Dimension(format, 0), new Dimension(host, nested.root * 4096));
    return { walker: off, vpn, guest, frame: place(vpn, hostLevel) };
  }
  guest.set(vpn, GUEST_DATA, FLAGS, false, guestLevel);
  const guestFrame = GUEST_DATA + (vpn % 2 ** (format.pageShift(guestLevel) - 12));
  const frame = place(guestFrame, hostLevel);
  const walker = new Walker(memory, new Dimension(format, guest.root * 4096), new Dimension(host, nested.root * 4096));
  return { walker, vpn, guest, frame };
}

/** References of a user's read; NaN where the walk does not end in a translation. */
export function refsOf(walker: Walker, vpn: number): number {
  return walker.walk(vpn, ACCESS.user) === WALK.ok ? walker.refs : Number.NaN;
}
