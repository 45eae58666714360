/**
 * The guest's page-fault handler, after Linux's `handle_mm_fault`: demand-zero, fault-around for files, copy-on-write,
 * 2 MiB pages where the configuration wants them. Where it differs: every page of a file is already in memory, and a read
 * of untouched memory in a 2 MiB range gets memory of its own instead of the huge zero page.
 */
import type { GuestConfig } from '../config/schema.js';
import { PTE } from '../memory/formats/index.js';
import { entryFrame } from '../memory/page-table.js';
import { ACCESS } from '../paging/strategy.js';
import { PROT, TOUCHED } from '../trace/event.js';
import type { GuestCpu } from './guest-cpu.js';
import type { GuestFrames } from './guest-frames.js';
import type { GuestTables, Leaf } from './guest-tables.js';
import type { Mapping, MemoryObject } from './mapping.js';

export class PageFaults {
  constructor(
    private readonly tables: GuestTables,
    private readonly frames: GuestFrames,
    private readonly cpu: GuestCpu,
    private readonly config: GuestConfig,
  ) {}

  /** Makes the page accessible as the mapping allows; false when the mapping forbids the access. */
  handle(root: number, mapping: Mapping, vpn: number, access: number): boolean {
    const write = (access & ACCESS.write) !== 0;
    const needed = write
      ? PROT.write
      : (access & ACCESS.fetch) !== 0
        ? PROT.execute
        : PROT.read | PROT.write | PROT.execute;
    if ((mapping.prot & needed) === 0) return false;
    const leaf = this.tables.find(root, vpn);
    if (leaf === null) this.populate(root, mapping, vpn, write);
    else if (write && (leaf.low & PTE.writable) === 0) this.breakSharing(root, mapping, vpn, leaf);
    return true;
  }

  /** Puts a page in place as the faults before the trace have left it (bits of TOUCHED). */
  place(root: number, mapping: Mapping, vpn: number, touched: number): void {
    // Linux keeps what may not be accessed at all; it is left out here.
    if (mapping.prot === 0) return;
    if ((touched & TOUCHED.read) !== 0 && this.tables.find(root, vpn) === null)
      this.populate(root, mapping, vpn, false);
    const written = (touched & (TOUCHED.written | TOUCHED.copied)) !== 0;
    if (written) this.own(root, mapping, vpn);
    const leaf = this.tables.find(root, vpn);
    if (leaf === null) return;
    const used = PTE.accessed | (written ? PTE.dirty : 0);
    const mayWrite = (touched & TOUCHED.copied) === 0 && (mapping.prot & PROT.write) !== 0;
    this.tables.rewrite(leaf, (mayWrite ? leaf.low : leaf.low & ~PTE.writable) | used, leaf.high);
  }

  /** A page that has been written: memory of its own in place of what was read, or shared memory that may be written. */
  private own(root: number, mapping: Mapping, vpn: number): void {
    const leaf = this.tables.find(root, vpn);
    if (leaf === null) return this.populate(root, mapping, vpn, true);
    const isOwn = mapping.shared || this.frames.isAnonymous(entryFrame(leaf.low, leaf.high));
    if (isOwn) return this.tables.rewrite(leaf, leaf.low | PTE.writable, leaf.high);
    if (leaf.level > 1) this.tables.split(leaf);
    const small = this.tables.find(root, vpn)!;
    this.tables.clear(small);
    this.map(root, mapping, vpn, this.frames.newPage(root, vpn), true);
  }

  private populate(root: number, mapping: Mapping, vpn: number, write: boolean): void {
    if (this.populateLarge(root, mapping, vpn, write)) return;
    const { object } = mapping;
    if (object === null) {
      if (write) this.map(root, mapping, vpn, this.frames.newPage(root, vpn), true);
      else this.map(root, mapping, vpn, this.frames.zero, false);
    } else if (mapping.shared) {
      this.map(root, mapping, vpn, this.objectFrame(object, mapping, vpn), (mapping.prot & PROT.write) !== 0, write);
    } else if (write) {
      this.map(root, mapping, vpn, this.frames.newPage(root, vpn), true);
    } else {
      this.mapAround(root, mapping, object, vpn);
    }
  }

  /** Maps the aligned group of pages around a read fault in a file, as far as area and table reach. */
  private mapAround(root: number, mapping: Mapping, object: MemoryObject, vpn: number): void {
    const group = this.config.faultAroundPages;
    const start = vpn - (vpn % group);
    for (let page = Math.max(start, mapping.start); page < Math.min(start + group, mapping.end); page++)
      if (page === vpn || this.tables.find(root, page) === null)
        this.map(root, mapping, page, this.objectFrame(object, mapping, page), false);
  }

  /** A large page, where the configuration and the mapping allow one and no table is in its way; 1 GiB, else the next smaller. */
  private populateLarge(root: number, mapping: Mapping, vpn: number, write: boolean): boolean {
    const { pages } = this.config;
    if (pages === '4k' || (pages === 'thp' && mapping.object !== null)) return false;
    if (pages === '1g' && this.populateAt(3, root, mapping, vpn, write)) return true;
    return this.populateAt(2, root, mapping, vpn, write);
  }

  private populateAt(level: number, root: number, mapping: Mapping, vpn: number, write: boolean): boolean {
    const span = this.tables.span(level);
    const start = vpn - (vpn % span);
    if (start < mapping.start || start + span > mapping.end || !this.tables.isEmpty(root, vpn, level)) return false;
    const writable = (mapping.prot & PROT.write) !== 0;
    if (mapping.object === null || (!mapping.shared && write)) {
      const first = this.frames.newLargePage(span);
      this.tables.map(root, start, level, first, this.flags(writable, writable && write), noExecute(mapping));
      return true;
    }
    const offset = mapping.offset + start - mapping.start;
    const first = this.largeObjectFrame(mapping.object, offset, span);
    if (first === null) return false;
    const mayWrite = writable && mapping.shared;
    this.tables.map(root, start, level, first, this.flags(mayWrite, mayWrite && write), noExecute(mapping));
    return true;
  }

  /** A write to a page that is mapped read-only although its area is writable. */
  private breakSharing(root: number, mapping: Mapping, vpn: number, leaf: Leaf): void {
    if (leaf.level > 1) {
      const first = entryFrame(leaf.low, leaf.high);
      if (mapping.shared || this.frames.isPrivate(first)) return this.makeWritable(leaf);
      this.tables.split(leaf);
      this.cpu.flushPage(vpn);
      const small = this.tables.find(root, vpn);
      if (small !== null) this.breakSharing(root, mapping, vpn, small);
      return;
    }
    const frame = entryFrame(leaf.low, leaf.high);
    if (mapping.shared || this.frames.isPrivate(frame)) return this.makeWritable(leaf);
    // Linux clears the entry, flushes the old translation, then sets the new one.
    this.tables.clear(leaf);
    this.cpu.flushPage(vpn);
    this.map(root, mapping, vpn, this.frames.newPage(root, vpn), true);
    this.frames.unmap(frame, 1);
  }

  /** The entry only gains rights: a translation that lacks them is dropped by the fault itself, so nothing is flushed. */
  private makeWritable(leaf: Leaf): void {
    this.tables.rewrite(leaf, leaf.low | PTE.writable | this.tables.preset, leaf.high);
  }

  private map(root: number, mapping: Mapping, vpn: number, frame: number, writable: boolean, dirty = writable): void {
    this.tables.map(root, vpn, 1, frame, this.flags(writable, dirty), noExecute(mapping));
  }

  private flags(writable: boolean, dirty: boolean): number {
    const preset = this.tables.preset & (dirty ? PTE.accessed | PTE.dirty : PTE.accessed);
    return PTE.present | PTE.user | (writable ? PTE.writable : 0) | preset;
  }

  private objectFrame(object: MemoryObject, mapping: Mapping, vpn: number): number {
    const offset = mapping.offset + vpn - mapping.start;
    let frame = object.get(offset);
    if (frame === undefined) {
      frame = this.frames.newObjectPage();
      object.set(offset, frame);
    }
    return frame;
  }

  /** The first of contiguous frames of an object, or null when single frames are in the way. */
  private largeObjectFrame(object: MemoryObject, offset: number, pages: number): number | null {
    const held = object.get(offset);
    if (held !== undefined)
      return held % pages === 0 && object.get(offset + pages - 1) === held + pages - 1 ? held : null;
    for (let page = 0; page < pages; page++) if (object.has(offset + page)) return null;
    const first = this.frames.newLargeObjectPage(pages);
    for (let page = 0; page < pages; page++) object.set(offset + page, first + page);
    return first;
  }
}

function noExecute(mapping: Mapping): boolean {
  return (mapping.prot & PROT.execute) === 0;
}
