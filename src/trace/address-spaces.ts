/**
 * The address spaces of a user trace as its events make them: what is mapped where, and where the heap ends. The same rules as those of the
 * guest that a replay has (src/guest), without its tables.
 */
import { Areas, type Area } from './areas.js';
import { KIND, MAP_FLAG, operand, PROT, TOUCHED, type EventBatch } from './event.js';
import { TouchedPages } from './touched-pages.js';

const MADV_DONTNEED = 4;

/** One mapping, as the row that made it has it: bits of PROT, and of MAP_FLAG. */
export interface MappedArea extends Area {
  readonly prot: number;
  readonly flags: number;
}

export class Space {
  readonly areas = new Areas<MappedArea>();
  /** Empty unless somebody writes down what references touch. */
  touched = new TouchedPages();
  /** End of the heap (exclusive), and its start, which the first brk tells; -1 = not yet known. */
  heapStart = -1;
  heapEnd = -1;

  map(page: number, pages: number, prot: number, flags: number): void {
    this.unmap(page, page + pages);
    this.areas.add({ start: page, end: page + pages, offset: 0, prot, flags });
  }

  unmap(start: number, end: number): void {
    this.areas.remove(start, end);
    this.touched.drop(start, end);
  }

  protect(page: number, pages: number, prot: number): void {
    for (const area of this.areas.remove(page, page + pages)) this.areas.add({ ...area, prot });
  }

  brk(end: number): void {
    if (this.heapStart < 0) this.heapStart = this.heapEnd = end;
    else if (end > this.heapEnd) this.map(this.heapEnd, end - this.heapEnd, PROT.read | PROT.write, MAP_FLAG.anonymous);
    else this.unmap(Math.max(end, this.heapStart), this.heapEnd);
    this.heapEnd = Math.max(end, this.heapStart);
  }

  remap(from: number, oldPages: number, to: number, newPages: number): void {
    if (newPages < oldPages) this.unmap(from + newPages, from + oldPages);
    else if (to === from) this.unmap(from + oldPages, from + newPages);
    const distance = to - from;
    if (distance !== 0) this.unmap(to, to + newPages);
    const end = from + Math.min(oldPages, newPages);
    const moved = this.areas.remove(from, end);
    for (const area of moved) {
      const movedEnd = area === moved.at(-1) ? to + newPages : area.end + distance;
      this.areas.add({ ...area, start: area.start + distance, end: movedEnd });
    }
    if (distance !== 0) this.touched.move(from, end, distance);
  }

  /** What a child has of it: of the pages of files and shared memory it makes its own entries when it needs them. */
  fork(): Space {
    const child = new Space();
    for (const area of this.areas.all) child.areas.add(area);
    child.touched = this.touched.fork((page) => isPrivateMemory(this.areas.find(page)));
    child.heapStart = this.heapStart;
    child.heapEnd = this.heapEnd;
    return child;
  }
}

function isPrivateMemory(area: MappedArea | undefined): boolean {
  return area !== undefined && (area.flags & (MAP_FLAG.anonymous | MAP_FLAG.shared)) === MAP_FLAG.anonymous;
}

export class AddressSpaces {
  /** Those that live, by number. */
  readonly spaces = new Map<number, Space>([[0, new Space()]]);
  currentId = 0;

  get current(): Space {
    return this.of(this.currentId);
  }

  /** The space of a number; a new one if there is none. */
  of(id: number): Space {
    let space = this.spaces.get(id);
    if (space === undefined) {
      space = new Space();
      this.spaces.set(id, space);
    }
    return space;
  }

  /** Carries out the event in a row; does nothing at references and at events that leave the address spaces as they are. */
  event(batch: EventBatch, row: number): void {
    const arg = (index: number): number => operand(batch, row, index);
    switch (batch.kind[row]) {
      case KIND.initialMapping:
        return this.of(batch.space[row]!).map(arg(0), arg(1), arg(2), arg(3));
      case KIND.mmap:
        return this.current.map(arg(0), arg(1), arg(2), arg(3));
      case KIND.munmap:
        return this.current.unmap(arg(0), arg(0) + arg(1));
      case KIND.mprotect:
        return this.current.protect(arg(0), arg(1), arg(2));
      case KIND.brk:
        return this.current.brk(arg(0));
      case KIND.madvise:
        return arg(2) === MADV_DONTNEED ? this.current.touched.drop(arg(0), arg(0) + arg(1)) : undefined;
      case KIND.mremap:
        return this.current.remap(arg(0), arg(1), arg(2), arg(3));
      case KIND.fork:
        this.end(arg(0));
        return void this.spaces.set(arg(0), this.current.fork());
      case KIND.exec:
        this.end(this.currentId);
        return void this.of(this.currentId);
      case KIND.exit:
        return arg(1) === 1 ? this.end(this.currentId) : undefined;
      case KIND.contextSwitch:
        this.currentId = arg(0);
        this.of(this.currentId);
        return;
      case KIND.initialPages:
        return this.initialPages(this.of(batch.space[row]!), arg(0), arg(1), arg(2));
      case KIND.initialHeap: {
        const space = this.of(batch.space[row]!);
        [space.heapStart, space.heapEnd] = [arg(0), arg(1)];
      }
    }
  }

  private initialPages({ touched, areas }: Space, first: number, pages: number, how: number): void {
    for (let page = first; page < first + pages; page++) {
      if ((how & TOUCHED.read) !== 0) touched.read(page);
      if ((how & (TOUCHED.written | TOUCHED.copied)) === 0) continue;
      touched.write(page, ((areas.find(page)?.flags ?? 0) & MAP_FLAG.shared) !== 0);
      if ((how & TOUCHED.copied) !== 0) touched.protect(page);
    }
  }

  private end(id: number): void {
    this.spaces.get(id)?.touched.drop(0, Infinity);
    this.spaces.delete(id);
  }
}
