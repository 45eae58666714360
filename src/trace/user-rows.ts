/**
 * Rows of a user trace as an importer tells them: references by page, processes and threads by the source's own numbers, and what system
 * calls do to an address space.
 *
 * Where a process uses a page that nothing has mapped, the 2 MiB around it are mapped first, as far as nothing else is there: private,
 * anonymous, all rights. So the guest's own first touches fault page by page. These rows are synthesised, and counted as such.
 */
import { TraceError } from '../errors.js';
import { Areas, type Area } from './areas.js';
import { KIND, MAP_FLAG, PROT, type EventBatch, type KindName } from './event.js';
import type { ImportNotes } from './notes.js';
import { Runs } from './runs.js';

const PAGE_BYTES = 4096;
const REGION = 512;
const ALL_RIGHTS = PROT.read | PROT.write | PROT.execute;
/** Address spaces that a row can name. */
const MOST_SPACES = 0x1_0000;

interface Space {
  readonly number: number;
  mapped: Areas<Area>;
  /** By page id: 1 where the page is known to be mapped. */
  known: Uint8Array;
  /** End of the heap, as the last brk left it; -1 before the first. */
  heapEnd: number;
}

/** No instruction refers to more bytes at once; sources that say so are damaged. */
export const MOST_BYTES = 0x1_0000;

/** A page of 64-bit addresses is below this. */
export const PAGE_NUMBERS = 2 ** 52;
/** Pages of the lower half of a 57-bit address space, and the first of the upper half. */
const LOWER_END = 2 ** 44;
const UPPER_START = PAGE_NUMBERS - 2 ** 44;

export class UserRows {
  private readonly runs: Runs;
  private readonly spaces = new Map<number, Space>();
  private made = 0;
  private readonly threads = new Map<string, number>();
  private current: Space;
  private process: number | null;
  private thread: number | null = null;

  /** @param process the source's number of the process that runs first; null: the first that is named */
  constructor(
    readonly notes: ImportNotes,
    process: number | null = null,
  ) {
    this.runs = new Runs((page, id) => this.requireMapped(page, id));
    this.process = process;
    this.current = this.newSpace();
    if (process !== null) this.name(process);
  }

  get pages() {
    return this.runs.pages;
  }

  get full(): boolean {
    return this.runs.full;
  }

  take(): EventBatch {
    return this.runs.take();
  }

  /**
   * One reference, to each page that it touches.
   * @param kind of KIND @param page virtual page number @param end of the access, in bytes from the beginning of the page
   */
  access(kind: number, page: number, end: number): void {
    if (page >= LOWER_END && page < UPPER_START)
      return this.notes.drop('references to an address that is not canonical');
    this.references(kind, page, 1);
    if (end > PAGE_BYTES && page + 1 < PAGE_NUMBERS) this.access(kind, page + 1, end - PAGE_BYTES);
  }

  /** References to one page that follow each other, of an address that is canonical. @param kind of KIND; of a write, the first is one */
  references(kind: number, page: number, count: number): void {
    if (kind === KIND.fetch) this.runs.fetch(page, count);
    else if (kind === KIND.read) this.runs.read(page, count);
    else this.runs.write(page, count);
  }

  /** The process, and where the source tells it the thread, that the next rows belong to. */
  run(process: number, thread: number | null = null): void {
    if (this.process === null) this.name(process);
    if (process !== this.process) {
      this.process = process;
      const known = this.spaces.get(process);
      this.current = known ?? this.newSpace();
      this.spaces.set(process, this.current);
      if (known === undefined) this.notes.synthesise('contextSwitch to a process that nobody forked');
      this.runs.event('contextSwitch', this.current.number);
      this.runs.space = this.current.number;
      this.thread = null;
    }
    if (thread !== null && thread !== this.thread) this.switchThread(thread);
  }

  private name(process: number): void {
    this.process = process;
    this.spaces.set(process, this.current);
  }

  private switchThread(thread: number): void {
    const key = `${this.process}.${thread}`;
    let number = this.threads.get(key);
    const first = this.thread === null;
    if (number === undefined) {
      number = this.threads.size;
      this.threads.set(key, number);
      if (number > 0) this.runs.event('threadStart', number);
    }
    this.thread = thread;
    if (!first || number > 0) this.runs.event('threadSwitch', number);
  }

  /** A place that the program names. @param name of MARKER */
  marker(name: number): void {
    this.runs.event('marker', name);
  }

  systemCall(number: number): void {
    this.runs.event('systemCall', number);
  }

  /** Rows whose operands are not addresses, and change no mapping. */
  event(kind: KindName, ...operands: readonly number[]): void {
    this.runs.event(kind, ...operands);
  }

  /** @param flags of MAP_FLAG */
  mmap(page: number, pages: number, prot: number, flags: number): void {
    if (!this.isPlace(page, pages)) return;
    this.runs.event('mmap', page, pages, prot, flags);
    this.remember(page, pages);
  }

  munmap(page: number, pages: number): void {
    if (!this.isPlace(page, pages)) return;
    this.runs.event('munmap', page, pages);
    this.forget(page, pages);
  }

  mprotect(page: number, pages: number, prot: number): void {
    if (this.isPlace(page, pages)) this.runs.event('mprotect', page, pages, prot);
  }

  madvise(page: number, pages: number, advice: number): void {
    if (this.isPlace(page, pages)) this.runs.event('madvise', page, pages, advice);
  }

  mremap(page: number, pages: number, newPage: number, newPages: number): void {
    if (!this.isPlace(page, pages) || !this.isPlace(newPage, newPages)) return;
    this.runs.event('mremap', page, pages, newPage, newPages);
    this.forget(page, pages);
    this.remember(newPage, newPages);
  }

  /** @param end first page behind the heap */
  brk(end: number): void {
    const { current } = this;
    if (!this.isPlace(end, 1)) return;
    this.runs.event('brk', end);
    if (current.heapEnd >= 0 && end > current.heapEnd) this.remember(current.heapEnd, end - current.heapEnd);
    else if (current.heapEnd >= 0) this.forget(end, current.heapEnd - end);
    current.heapEnd = end;
  }

  fork(child: number): void {
    const { current } = this;
    const space = this.newSpace();
    this.spaces.set(child, space);
    for (const area of current.mapped.all) space.mapped.add(area);
    space.known = current.known.slice();
    space.heapEnd = current.heapEnd;
    this.runs.event('fork', space.number);
  }

  exec(): void {
    this.runs.event('exec');
    this.current.mapped = new Areas();
    this.current.known.fill(0);
    this.current.heapEnd = -1;
  }

  exit(wholeProcess: boolean): void {
    const thread = this.thread === null ? 0 : (this.threads.get(`${this.process}.${this.thread}`) ?? 0);
    this.runs.event('exit', thread, wholeProcess ? 1 : 0);
  }

  private isPlace(page: number, pages: number): boolean {
    if (pages === 0) return false;
    const sane = page >= 0 && pages > 0 && page + pages <= PAGE_NUMBERS; // false of what is no number
    if (!sane) this.notes.drop('changes of mappings outside the address space');
    return sane;
  }

  private remember(page: number, pages: number): void {
    const { mapped } = this.current;
    mapped.remove(page, page + pages);
    mapped.add({ start: page, end: page + pages, offset: 0 });
  }

  private forget(page: number, pages: number): void {
    this.current.mapped.remove(page, page + pages);
    this.current.known.fill(0);
  }

  private newSpace(): Space {
    const number = this.made++;
    if (number === MOST_SPACES)
      throw new TraceError(`${this.notes.place()}: found more than ${MOST_SPACES} processes; a trace has no more`);
    return { number, mapped: new Areas<Area>(), known: new Uint8Array(1024), heapEnd: -1 };
  }

  private requireMapped(page: number, id: number): void {
    const { current } = this;
    if (current.known[id] === 1) return;
    if (id >= current.known.length) {
      const larger = new Uint8Array(2 * id);
      larger.set(current.known);
      current.known = larger;
    }
    current.known[id] = 1;
    if (current.mapped.find(page) !== undefined) return;
    const region = page - (page % REGION);
    const others = current.mapped.within(region, region + REGION);
    const start = Math.max(region, ...others.map((area) => area.end).filter((end) => end <= page));
    const end = Math.min(region + REGION, ...others.map((area) => area.start).filter((begin) => begin > page));
    this.runs.event('initialMapping', start, end - start, ALL_RIGHTS, MAP_FLAG.anonymous);
    this.remember(start, end - start);
    this.notes.synthesise('initialMapping of what the trace does not map');
  }
}
