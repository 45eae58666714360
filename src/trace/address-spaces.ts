/**
 * The address spaces of a user trace as its events make them: what is mapped where, and where the heap ends. The same rules as those of the
 * guest that a replay has (src/guest), without its tables.
 */
import { Areas, type Area } from './areas.js';
import { KIND, MAP_FLAG, operand, PROT, type EventBatch } from './event.js';

/** One mapping, as the row that made it has it: bits of PROT, and of MAP_FLAG. */
export interface MappedArea extends Area {
  readonly prot: number;
  readonly flags: number;
}

export class Space {
  readonly areas = new Areas<MappedArea>();
  /** End of the heap (exclusive), and its start, which the first brk tells; -1 = not yet known. */
  heapStart = -1;
  heapEnd = -1;

  map(page: number, pages: number, prot: number, flags: number): void {
    this.areas.remove(page, page + pages);
    this.areas.add({ start: page, end: page + pages, offset: 0, prot, flags });
  }

  protect(page: number, pages: number, prot: number): void {
    for (const area of this.areas.remove(page, page + pages)) this.areas.add({ ...area, prot });
  }

  brk(end: number): void {
    if (this.heapStart < 0) this.heapStart = this.heapEnd = end;
    else if (end > this.heapEnd) this.map(this.heapEnd, end - this.heapEnd, PROT.read | PROT.write, MAP_FLAG.anonymous);
    else this.areas.remove(Math.max(end, this.heapStart), this.heapEnd);
    this.heapEnd = Math.max(end, this.heapStart);
  }

  remap(from: number, oldPages: number, to: number, newPages: number): void {
    if (newPages < oldPages) this.areas.remove(from + newPages, from + oldPages);
    else if (to === from) this.areas.remove(from + oldPages, from + newPages);
    const distance = to - from;
    if (distance !== 0) this.areas.remove(to, to + newPages);
    const moved = this.areas.remove(from, from + Math.min(oldPages, newPages));
    for (const area of moved) {
      const end = area === moved.at(-1) ? to + newPages : area.end + distance;
      this.areas.add({ ...area, start: area.start + distance, end });
    }
  }

  copy(): Space {
    const copy = new Space();
    for (const area of this.areas.all) copy.areas.add(area);
    copy.heapStart = this.heapStart;
    copy.heapEnd = this.heapEnd;
    return copy;
  }
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
        return void this.current.areas.remove(arg(0), arg(0) + arg(1));
      case KIND.mprotect:
        return this.current.protect(arg(0), arg(1), arg(2));
      case KIND.brk:
        return this.current.brk(arg(0));
      case KIND.mremap:
        return this.current.remap(arg(0), arg(1), arg(2), arg(3));
      case KIND.fork:
        return void this.spaces.set(arg(0), this.current.copy());
      case KIND.exec:
        return void this.spaces.set(this.currentId, new Space());
      case KIND.exit:
        return arg(1) === 1 ? void this.spaces.delete(this.currentId) : undefined;
      case KIND.contextSwitch:
        this.currentId = arg(0);
        this.of(this.currentId);
    }
  }
}
