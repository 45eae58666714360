/** Tables built by software, for walks whose references are counted. */
import { FORMATS, PTE, type FormatName } from '../../src/memory/formats/index.js';
import type { FrameMap } from '../../src/memory/frame-map.js';
import { sequentialFrames } from '../../src/memory/frames.js';
import { RadixTable } from '../../src/memory/page-table.js';
import { PhysicalMemory } from '../../src/memory/physical.js';
import { Dimension } from '../../src/mmu/dimension.js';
import { Walker } from '../../src/mmu/walker.js';

const FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed | PTE.dirty;
const TABLE_FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed;

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
  const nested = new RadixTable(memory, host, sequentialFrames(1, 1000), null, TABLE_FLAGS);
  const place = (guestFrame: number, level: number) => {
    const pages = 2 ** (host.pageShift(level) - 12);
    const first = guestFrame - (guestFrame % pages);
    nested.set(first, SYSTEM_DATA + first, FLAGS, false, level);
    return SYSTEM_DATA + guestFrame;
  };
  const map: FrameMap = { frameOf: (guestFrame) => place(guestFrame, tableHostLevel) };
  const format = FORMATS[guestName];
  const guest = new RadixTable(memory, format, sequentialFrames(1, 1000), map, TABLE_FLAGS);
  guest.set(vpn, GUEST_DATA, FLAGS, false, guestLevel);
  const guestFrame = GUEST_DATA + (vpn % 2 ** (format.pageShift(guestLevel) - 12));
  const frame = place(guestFrame, hostLevel);
  const walker = new Walker(memory, new Dimension(format, guest.root * 4096), new Dimension(host, nested.root * 4096));
  return { walker, vpn, guest, frame };
}
