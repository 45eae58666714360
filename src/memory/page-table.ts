/**
 * Software's access to page tables: entries encoded and decoded, and a radix table of any format read and written.
 * An entry is two int32 halves; a 4-byte entry is read as its word and 0, and written from the 64-bit form.
 */
import { ModelError } from '../errors.js';
import { indexAt, innerPageMask, lowerPart, upperPart } from './address.js';
import type { FrameAllocator } from './frames.js';
import type { FrameMap } from './frame-map.js';
import { NO_EXECUTE, PTE, type TableFormat } from './formats/index.js';
import type { PhysicalMemory } from './physical.js';

/** Frame an entry points to; of a large page, its first. PAT of a large page is bit 12, which is no address bit. */
export function entryFrame(low: number, high: number, pageShift = 12): number {
  return ((low >>> 12) & ~innerPageMask(pageShift)) + (high & 0xf_ffff) * 0x10_0000;
}

/** Low half of an entry: `flags` are bits of PTE. */
export function makeLow(frame: number, flags: number): number {
  return ((frame & 0xf_ffff) << 12) | flags;
}

export function makeHigh(frame: number, noExecute = false): number {
  return (Math.floor(frame / 0x10_0000) & 0xf_ffff) | (noExecute ? NO_EXECUTE : 0);
}

export function noExecuteOf(high: number): boolean {
  return high < 0;
}

/** Index of a page's entry in its table of a level. */
export function entryIndex(format: TableFormat, vpn: number, level: number): number {
  const mask = (1 << format.indexBits) - 1;
  return indexAt(lowerPart(vpn), upperPart(vpn), format.pageShift(level) - 12, mask);
}

/** Low half of entry `index` of the table at system frame `frame`. */
export function readLow(memory: PhysicalMemory, format: TableFormat, frame: number, index: number): number {
  return memory.read(frame, format.entryBytes === 8 ? 2 * index : index);
}

export function readHigh(memory: PhysicalMemory, format: TableFormat, frame: number, index: number): number {
  return format.entryBytes === 8 ? memory.read(frame, 2 * index + 1) : 0;
}

export function writeEntry(
  memory: PhysicalMemory,
  format: TableFormat,
  frame: number,
  index: number,
  low: number,
  high: number,
): void {
  if (format.entryBytes === 8) {
    memory.writePair(frame, index, low, high);
    return;
  }
  // Four bytes have no room for bit 63, nor for address bits above 31, but those of a large page (PSE-36: see two-level.ts).
  const above = high & ~NO_EXECUTE;
  if (above !== 0 && ((low & PTE.large) === 0 || above > 0xff)) {
    throw new ModelError(`frame ${entryFrame(low, high)} does not fit a ${format.name} table entry`);
  }
  memory.write(frame, index, low | (above << 13));
}

/**
 * A radix table that software maintains. Table frames are numbers of the dimension whose tables these are: guest-physical
 * for guest tables, whose words are then found through `map`; system-physical (no map) for native, shadow and nested tables.
 */
export class RadixTable {
  readonly root: number;

  constructor(
    readonly memory: PhysicalMemory,
    readonly format: TableFormat,
    readonly frames: FrameAllocator,
    readonly map: FrameMap | null = null,
    /** Flags of entries that point to tables. */
    readonly tableFlags: number = PTE.present | PTE.writable | PTE.user,
  ) {
    this.root = frames.allocate();
    memory.clear(this.systemFrame(this.root));
  }

  systemFrame(table: number): number {
    return this.map === null ? table : this.map.frameOf(table);
  }

  low(table: number, index: number): number {
    return readLow(this.memory, this.format, this.systemFrame(table), index);
  }

  high(table: number, index: number): number {
    return readHigh(this.memory, this.format, this.systemFrame(table), index);
  }

  write(table: number, index: number, low: number, high: number): void {
    writeEntry(this.memory, this.format, this.systemFrame(table), index, low, high);
  }

  /** Frame of the table of `level` on the way to a page; −1 if an entry above is absent or a leaf. */
  find(vpn: number, level: number): number {
    let table = this.root;
    for (let above = this.format.levels; above > level; above--) {
      const index = entryIndex(this.format, vpn, above);
      const low = this.low(table, index);
      if ((low & this.format.presentMask) === 0 || (low & PTE.large) !== 0) return -1;
      table = entryFrame(low, this.high(table, index));
    }
    return table;
  }

  /** As find, with the tables that are missing made; a large page in the way is overwritten. */
  make(vpn: number, level: number): number {
    let table = this.root;
    for (let above = this.format.levels; above > level; above--) {
      const index = entryIndex(this.format, vpn, above);
      const low = this.low(table, index);
      if ((low & this.format.presentMask) !== 0 && (low & PTE.large) === 0) {
        table = entryFrame(low, this.high(table, index));
        continue;
      }
      const below = this.frames.allocate();
      this.memory.clear(this.systemFrame(below));
      const flags = above === this.format.bareLevel ? PTE.present : this.tableFlags;
      this.write(table, index, makeLow(below, flags), makeHigh(below));
      table = below;
    }
    return table;
  }

  /** Maps a page of the level's size to `frame`; `flags` are those of a 4-KiB page, PTE.large is added above level 1. */
  set(vpn: number, frame: number, flags: number, noExecute = false, level = 1): void {
    const low = makeLow(frame, level > 1 ? flags | PTE.large : flags);
    this.write(this.make(vpn, level), entryIndex(this.format, vpn, level), low, makeHigh(frame, noExecute));
  }

  /** Makes a page's entry not present; false if its table does not exist. */
  unset(vpn: number, level = 1): boolean {
    const table = this.find(vpn, level);
    if (table >= 0) this.write(table, entryIndex(this.format, vpn, level), 0, 0);
    return table >= 0;
  }

  /** Releases the frames of all tables, the root's last; pages stay whoever's they were. The table cannot be used again. */
  destroy(): void {
    this.#destroy(this.root, this.format.levels);
  }

  #destroy(table: number, level: number): void {
    const { levels, rootBytes, entryBytes } = this.format;
    const entries = (level === levels ? rootBytes : 4096) / entryBytes;
    for (let index = 0; level > 1 && index < entries; index++) {
      const low = this.low(table, index);
      if ((low & this.format.presentMask) === 0 || (low & PTE.large) !== 0) continue;
      this.#destroy(entryFrame(low, this.high(table, index)), level - 1);
    }
    this.frames.release(table);
  }
}
