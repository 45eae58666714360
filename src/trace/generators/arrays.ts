/**
 * The arrays that a program works on, filled before the trace begins, so that a first read meets a page of its own and not the page of
 * zeros. They stand one behind the other, each where a large page may begin.
 */
import { UsageError } from '../../errors.js';
import { MAP_FLAG } from '../event.js';
import { MEMORY, READ_WRITE } from './program.js';
import type { Script } from './script.js';

const PAGE_BYTES = 4096;
const WORD_BYTES = 8;
const LARGE_PAGE = 512;
/** Pages of the lower half of a 57-bit address space. */
const END = 2 ** 44;

export class Arrays {
  private next = MEMORY;

  constructor(private readonly script: Script) {}

  /** @param bytes of an element */
  array(elements: number, bytes: number): MemoryArray {
    const first = this.next;
    const pages = Math.ceil((elements * bytes) / PAGE_BYTES);
    this.next += Math.ceil(pages / LARGE_PAGE) * LARGE_PAGE;
    if (this.next > END)
      throw new UsageError(`found arrays of more than ${this.next - MEMORY} pages; expected at most ${END - MEMORY}`);
    this.script.event('initialMapping', first, pages, READ_WRITE, MAP_FLAG.anonymous | MAP_FLAG.shared);
    return new MemoryArray(this.script, first, bytes);
  }
}

export class MemoryArray {
  constructor(
    private readonly script: Script,
    private readonly first: number,
    private readonly bytes: number,
  ) {}

  /** The same memory as elements of another size. */
  as(bytes: number): MemoryArray {
    return new MemoryArray(this.script, this.first, bytes);
  }

  /** One reference to an element; `offset` bytes behind its beginning. */
  read(index: number, offset = 0): void {
    this.script.data('read', this.pageAt(index * this.bytes + offset));
  }

  write(index: number, offset = 0): void {
    this.script.data('write', this.pageAt(index * this.bytes + offset));
  }

  /** A reference to each word of 8 bytes of some elements. */
  readAll(index: number, elements = 1): void {
    this.all('read', index * this.bytes, elements * this.bytes);
  }

  writeAll(index: number, elements = 1): void {
    this.all('write', index * this.bytes, elements * this.bytes);
  }

  private all(kind: 'read' | 'write', from: number, bytes: number): void {
    const end = from + bytes;
    for (let at = from; at < end;) {
      const next = Math.min(end, (Math.floor(at / PAGE_BYTES) + 1) * PAGE_BYTES);
      this.script.data(kind, this.pageAt(at), Math.ceil((next - at) / WORD_BYTES));
      at = next;
    }
  }

  private pageAt(offset: number): number {
    return this.first + Math.floor(offset / PAGE_BYTES);
  }
}
