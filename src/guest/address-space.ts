/**
 * One process's memory: what it maps, and the tables that say so. Each call edits the tables as Linux does for the system call
 * of that name, and flushes what it changed.
 */
import { NO_EXECUTE, PTE } from '../memory/formats/index.js';
import { entryFrame, noExecuteOf } from '../memory/page-table.js';
import { Areas } from '../trace/areas.js';
import { MAP_FLAG, PROT } from '../trace/event.js';
import type { GuestCpu } from './guest-cpu.js';
import type { GuestFrames } from './guest-frames.js';
import type { GuestTables, Leaf } from './guest-tables.js';
import type { Mapping } from './mapping.js';

export class AddressSpace {
  readonly root: number;
  readonly mappings = new Areas<Mapping>();
  /** End of the heap (exclusive), and its start, which the first brk tells; -1 = not yet known. */
  private heapStart = -1;
  private heapEnd = -1;

  constructor(
    private readonly tables: GuestTables,
    private readonly frames: GuestFrames,
    private readonly cpu: GuestCpu,
  ) {
    this.root = tables.newRoot();
  }

  mmap(page: number, pages: number, prot: number, flags: number): void {
    this.munmap(page, page + pages);
    const shared = (flags & MAP_FLAG.shared) !== 0;
    const object = (flags & MAP_FLAG.anonymous) !== 0 && !shared ? null : new Map<number, number>();
    this.mappings.add({ start: page, end: page + pages, prot, shared, object, offset: 0 });
  }

  munmap(start: number, end: number): void {
    if (this.mappings.remove(start, end).length > 0) this.zap(start, end, true);
  }

  /** madvise(MADV_DONTNEED): the mapping stays, its contents go. */
  discard(start: number, end: number): void {
    this.zap(start, end, false);
  }

  mprotect(start: number, end: number, prot: number): void {
    const mappings = this.mappings.remove(start, end).map((mapping) => ({ ...mapping, prot }));
    for (const mapping of mappings) this.mappings.add(mapping);
    this.splitEdges(start, end);
    const changed = new Span();
    for (const mapping of mappings) {
      for (const leaf of this.tables.leaves(this.root, mapping.start, mapping.end)) {
        const low = this.protectedLow(leaf, mapping);
        const high = (prot & PROT.execute) === 0 ? leaf.high | this.tables.noExecute : leaf.high & ~NO_EXECUTE;
        if (low === leaf.low && high === leaf.high) continue;
        this.tables.rewrite(leaf, low, high);
        changed.add(leaf.vpn, leaf.vpn + leaf.pages);
      }
    }
    this.flush(changed);
  }

  /** The heap of a process that began before the trace; its mapping is told apart from it. */
  setHeap(start: number, end: number): void {
    this.heapStart = start;
    this.heapEnd = end;
  }

  brk(end: number): void {
    if (this.heapStart < 0) {
      this.heapStart = this.heapEnd = end;
    } else if (end > this.heapEnd) {
      this.mmap(this.heapEnd, end - this.heapEnd, PROT.read | PROT.write, MAP_FLAG.anonymous);
    } else {
      this.munmap(Math.max(end, this.heapStart), this.heapEnd);
    }
    this.heapEnd = Math.max(end, this.heapStart);
  }

  mremap(from: number, oldPages: number, to: number, newPages: number): void {
    if (newPages < oldPages) this.munmap(from + newPages, from + oldPages);
    else if (to === from) this.munmap(from + oldPages, from + newPages); // growth in place goes where nothing is
    const end = from + Math.min(oldPages, newPages);
    const distance = to - from;
    if (distance !== 0) this.munmap(to, to + newPages);
    const moved = this.mappings.remove(from, end);
    for (const mapping of moved) {
      const last = mapping === moved.at(-1);
      this.mappings.add({
        ...mapping,
        start: mapping.start + distance,
        end: last ? to + newPages : mapping.end + distance,
      });
    }
    if (distance !== 0) this.moveLeaves(from, end, distance);
  }

  /** Copies a parent's memory: private anonymous pages are shared read-only until one side writes, files are mapped anew. */
  copyFrom(parent: AddressSpace): void {
    this.heapStart = parent.heapStart;
    this.heapEnd = parent.heapEnd;
    for (const mapping of parent.mappings.all) {
      this.mappings.add(mapping);
      if (mapping.shared) continue;
      for (const leaf of this.tables.leaves(parent.root, mapping.start, mapping.end)) {
        const frame = entryFrame(leaf.low, leaf.high);
        if (frame !== this.frames.zero && !this.frames.isAnonymous(frame)) continue;
        this.frames.share(frame, leaf.pages);
        if ((leaf.low & PTE.writable) !== 0) this.tables.rewrite(leaf, leaf.low & ~PTE.writable, leaf.high);
        this.mapLike(leaf, leaf.vpn, leaf.low & ~(PTE.writable | PTE.accessed));
      }
    }
  }

  /** Unmaps everything, when nobody uses the space any more: nothing needs a flush. */
  tearDown(): void {
    this.cpu.forget(this.root);
    for (const { start, end } of this.mappings.remove(0, Infinity)) {
      this.release(this.clear(start, end, new Span()));
      this.tables.prune(this.root, start, end);
    }
  }

  /** Takes out what [start, end) holds, and its empty tables if nothing is mapped there any more; flushes, then frees. */
  private zap(start: number, end: number, unmapped: boolean): void {
    this.splitEdges(start, end);
    const changed = new Span();
    const freed = this.clear(start, end, changed);
    if (unmapped && this.tables.prune(this.root, start, end)) changed.add(start, end);
    this.flush(changed);
    this.release(freed);
  }

  /** Clears the leaves of [start, end) and returns them. */
  private clear(start: number, end: number, changed: Span): Leaf[] {
    const cleared: Leaf[] = [];
    for (const leaf of this.tables.leaves(this.root, start, end)) {
      this.tables.clear(leaf);
      cleared.push(leaf);
      changed.add(leaf.vpn, leaf.vpn + leaf.pages);
    }
    return cleared;
  }

  private release(leaves: readonly Leaf[]): void {
    for (const { low, high, pages } of leaves) this.frames.unmap(entryFrame(low, high), pages);
  }

  /** Low half of an entry under a new protection. A page that may not be accessed keeps its frame, marked by G without P. */
  private protectedLow({ low, high }: Leaf, { prot, shared }: Mapping): number {
    const base = low & ~(PTE.present | PTE.writable | PTE.global);
    if (prot === 0) return base | PTE.global;
    // A private page gets its write right back at once only if it is dirty and its owner's alone; else at the next write fault.
    const own = shared || ((low & PTE.dirty) !== 0 && this.frames.isPrivate(entryFrame(low, high)));
    return base | PTE.present | ((prot & PROT.write) !== 0 && own ? PTE.writable : 0);
  }

  private moveLeaves(start: number, end: number, distance: number): void {
    this.splitEdges(start, end);
    const changed = new Span();
    for (const leaf of this.tables.leaves(this.root, start, end)) {
      for (const part of this.splitFor(leaf, distance)) {
        this.tables.clear(part);
        this.mapLike(part, part.vpn + distance, part.low);
        changed.add(part.vpn, part.vpn + part.pages);
      }
    }
    if (this.tables.prune(this.root, start, end)) changed.add(start, end);
    this.flush(changed);
  }

  /** Maps the frames of a leaf at a page, at the leaf's size, with other flags. */
  private mapLike({ level, low, high }: Leaf, vpn: number, flags: number): void {
    const bits = flags & 0xfff & ~PTE.large;
    this.tables.map(this.root, vpn, level, entryFrame(low, high), bits, noExecuteOf(high));
  }

  /** A leaf in the largest parts that can be mapped `distance` pages further on. */
  private splitFor(leaf: Leaf, distance: number): Leaf[] {
    if (distance % leaf.pages === 0) return [leaf];
    this.tables.split(leaf);
    const parts = [...this.tables.leaves(this.root, leaf.vpn, leaf.vpn + leaf.pages)];
    return parts.flatMap((part) => this.splitFor(part, distance));
  }

  /** Splits the large pages that a range cuts through. */
  private splitEdges(start: number, end: number): void {
    for (const edge of [start, end]) {
      let leaf =
        edge % this.tables.span(2) === 0 && edge % this.tables.span(3) === 0 ? null : this.tables.find(this.root, edge);
      while (leaf !== null && leaf.vpn < edge) {
        this.tables.split(leaf);
        this.cpu.flush(leaf.vpn, leaf.vpn + leaf.pages);
        leaf = this.tables.find(this.root, edge);
      }
    }
  }

  private flush({ first, end }: Span): void {
    if (first < end) this.cpu.flush(first, end);
  }
}

/** The pages from the first to the last change: Linux flushes that range. */
class Span {
  first = Infinity;
  end = -Infinity;

  add(start: number, end: number): void {
    this.first = Math.min(this.first, start);
    this.end = Math.max(this.end, end);
  }
}
