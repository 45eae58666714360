/** What the events and references of a user trace must not contradict: what is mapped, which spaces and threads there are. */
import { AddressSpaces, type MappedArea } from '../address-spaces.js';
import {
  KIND,
  KIND_NAMES,
  LAST_REFERENCE,
  MAP_FLAG,
  operand,
  PROT,
  type EventBatch,
  type PageDictionary,
} from '../event.js';
import type { Report } from './finding.js';

const PAGES = 2 ** 52;

/** What a reference of each kind needs; any right lets a processor read. */
const NEEDED = [PROT.execute, PROT.read | PROT.write | PROT.execute, PROT.write];

/** What a process has before its first row: these are of the space that they name, whichever runs. */
const BEGINNINGS: readonly number[] = [KIND.initialMapping, KIND.initialPages, KIND.initialHeap];

/** Events that begin with a range of pages. */
const RANGES: readonly number[] = [
  KIND.initialMapping,
  KIND.mmap,
  KIND.munmap,
  KIND.mprotect,
  KIND.madvise,
  KIND.mremap,
];

/** Events after which every page has to be looked up again. */
const CHANGES: readonly number[] = [
  ...RANGES.filter((kind) => kind !== KIND.madvise),
  ...[KIND.brk, KIND.fork, KIND.exec, KIND.exit, KIND.contextSwitch],
];

export class UserChecks {
  private readonly spaces = new AddressSpaces();
  private readonly threads = new Set<number>();
  /** By space: the thread that was there without a start. */
  private readonly mainThreads = new Map<number, number>();
  /** Rights of each page, where they were looked up since the last change; −1 = nothing maps it. */
  private rights = new Int8Array(0);
  private lookedUp = new Uint32Array(0);
  private change = 1;
  /** A switch to a space that nobody had made, until the next row shows whether it begins there. */
  private switched: number | null = null;

  constructor(
    private readonly pages: PageDictionary,
    private readonly report: Report,
  ) {}

  check(batch: EventBatch, firstRow: number): void {
    const { length, kind, space } = batch;
    this.reserve();
    for (let row = 0; row < length; row++) {
      const k = kind[row]!;
      const at = firstRow + row;
      if (this.switched !== null) this.afterSwitch(k);
      if (!BEGINNINGS.includes(k) && space[row] !== this.spaces.currentId)
        this.report(
          at,
          'wrong-space',
          `${KIND_NAMES[k]!} of space ${space[row]!}`,
          `space ${this.spaces.currentId}, which runs`,
        );
      if (k <= LAST_REFERENCE) this.reference(k, batch.page[row]!, at);
      else {
        this.event(batch, row, at);
        this.spaces.event(batch, row);
        if (CHANGES.includes(k)) this.change++;
      }
    }
  }

  private reference(kind: number, page: number, at: number): void {
    if (this.lookedUp[page] !== this.change) {
      this.rights[page] = this.spaces.current.areas.find(this.pages.vpn[page]!)?.prot ?? -1;
      this.lookedUp[page] = this.change;
    }
    const rights = this.rights[page]!;
    if (rights >= 0 && (rights & NEEDED[kind]!) !== 0) return;
    const what = `${KIND_NAMES[kind]!} of page ${hex(this.pages.vpn[page]!)}`;
    if (rights < 0) this.report(at, 'unmapped-reference', what, 'a page that is mapped');
    else this.report(at, 'forbidden-reference', `${what}, mapped ${protText(rights)}`, `a mapping that allows it`);
  }

  private event(batch: EventBatch, row: number, at: number): void {
    const kind = batch.kind[row]!;
    const arg = (index: number): number => operand(batch, row, index);
    if (RANGES.includes(kind)) return this.range(batch, row, at);
    switch (kind) {
      case KIND.brk:
        return this.heap(arg(0), at);
      case KIND.fork:
        if (this.spaces.spaces.has(arg(0)))
          this.report(at, 'fork', `a fork into space ${arg(0)}, which lives`, 'a new space');
        return;
      case KIND.contextSwitch:
        if (!this.spaces.spaces.has(arg(0))) this.switched = at;
        return;
      case KIND.threadStart:
        this.threads.add(arg(0));
        return;
      case KIND.threadSwitch:
        return this.thread(arg(0), 'a switch to', at);
      case KIND.exit:
        if (arg(1) === 0) this.thread(arg(0), 'the exit of', at);
        this.threads.delete(arg(0));
    }
  }

  private range(batch: EventBatch, row: number, at: number): void {
    const kind = batch.kind[row]!;
    const [page, pages] = [operand(batch, row, 0), operand(batch, row, 1)];
    const what = `${KIND_NAMES[kind]!} of ${pages} pages at ${hex(page)}`;
    if (pages < 1 || page + pages > PAGES) this.report(at, 'range', what, `at least one page, all below ${hex(PAGES)}`);
    const { areas } = kind === KIND.initialMapping ? this.spaces.of(batch.space[row]!) : this.spaces.current;
    const mapped = areas.within(page, page + pages);
    const flags = kind === KIND.mmap || kind === KIND.initialMapping ? operand(batch, row, 3) : null;
    if (flags !== null) {
      if (mapped.length > 0 && (flags & MAP_FLAG.fixed) === 0)
        this.report(
          at,
          'mapped-twice',
          `${what} over ${areaText(mapped[0]!)}`,
          'room that is free, as the mapping is not fixed',
        );
    } else if (mapped.length === 0) this.report(at, 'unmapped-range', what, 'a range that is mapped');
    else if (kind !== KIND.munmap) {
      const held = mapped.reduce((sum, { start, end }) => sum + Math.min(end, page + pages) - Math.max(start, page), 0);
      if (held < pages)
        this.report(at, 'partly-mapped-range', `${what}, of which ${held} are mapped`, 'all of them mapped');
    }
  }

  private heap(end: number, at: number): void {
    const { heapStart, heapEnd, areas } = this.spaces.current;
    if (heapStart < 0) return;
    if (end < heapStart)
      this.report(at, 'heap', `brk to ${hex(end)}`, `${hex(heapStart)}, where the heap starts, or above`);
    const over = areas.within(heapEnd, end)[0];
    if (over !== undefined) this.report(at, 'heap', `brk to ${hex(end)}, over ${areaText(over)}`, 'room that is free');
  }

  /** The thread that a process begins with is not started in the trace. */
  private thread(thread: number, what: string, at: number): void {
    if (this.threads.has(thread)) return;
    const { currentId } = this.spaces;
    const main = this.mainThreads.get(currentId);
    if (main === undefined) this.mainThreads.set(currentId, thread);
    else if (main !== thread) this.report(at, 'unknown-thread', `${what} thread ${thread}`, 'one that was started');
  }

  /** A process whose beginning is not in the trace shows what it has mapped. */
  private afterSwitch(kind: number): void {
    if (kind !== KIND.mmap && kind !== KIND.exec && !BEGINNINGS.includes(kind))
      this.report(
        this.switched!,
        'unknown-space',
        `a switch to space ${this.spaces.currentId}`,
        'one that was forked, or begins with its mappings',
      );
    this.switched = null;
  }

  private reserve(): void {
    if (this.pages.size <= this.rights.length) return;
    this.rights = new Int8Array(2 * this.pages.size);
    this.lookedUp = new Uint32Array(2 * this.pages.size);
  }
}

function areaText({ start, end, prot }: MappedArea): string {
  return `pages ${hex(start)} to ${hex(end - 1)} (${protText(prot)})`;
}

function protText(prot: number): string {
  return ['r', 'w', 'x'].map((letter, bit) => ((prot >> bit) & 1 ? letter : '-')).join('');
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
