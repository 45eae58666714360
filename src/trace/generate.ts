/** Synthetic traces: reads of one region by a page generator, with events in between on request. */
import { UsageError } from '../errors.js';
import { KIND, MAP_FLAG, PROT, type EventBatch } from './event.js';
import { PAGE_GENERATORS, type PageGeneratorName } from './generators/pages/index.js';
import { isPowerOfTwo, requireWhole, valuesOf } from './generators/parameters.js';
import type { PageGenerator } from './generators/page-generator.js';
import { Xorshift128 } from './generators/random.js';
import { PageNumbering } from './pages.js';
import { RowBuffer } from './row-buffer.js';
import type { TraceHeader, TraceSource } from './source.js';

/** What a stream of references is like. */
export interface GeneratorOptions {
  /** How many references. */
  readonly refs: number;
  /** Pages of the region, a power of two; 2^20 by default. */
  readonly pages?: number;
  /** First page of the region; by default that of address 2^40, so that large pages can map it. */
  readonly base?: number;
  /** Each reference is to one 64-byte line of its page, drawn at random. */
  readonly lines?: boolean;
  /** Default: the state with which the published counts were made. */
  readonly seed?: number;
  /** Name of the trace; by default the generator's. */
  readonly name?: string;
  /** An event of a kind after each so many references. */
  readonly every?: Readonly<Partial<Record<InsertableEvent, number>>>;
  /** What the generator lets choose beside, where it differs from the default. */
  readonly parameters?: Readonly<Record<string, number | undefined>>;
}

/** Events that may be inserted, in the order in which they stand where several fall together. */
export const INSERTABLE_EVENTS = ['cpuid', 'io', 'hlt', 'rdmsr', 'wrmsr', 'interrupt', 'systemCall'] as const;

/** An event that a generated trace may hold. */
export type InsertableEvent = (typeof INSERTABLE_EVENTS)[number];

/** A trace in memory: its batches come without waiting, so that `runCell` can take them. */
export interface GeneratedTrace extends TraceSource {
  /** Can be asked for once. */
  batches(): Generator<EventBatch, void, undefined>;
}

const DEFAULT_BASE = 0x1000_0000;
/** Pages of the lower half of a 57-bit address space. */
const LAST_BASE = 2 ** 44;
const DEFAULT_PAGES = 1 << 20;

/** Half of them: 32 PiB, so that a region fits behind the default base. A guest with four-level tables has 2^35 pages. */
export const MOST_PAGES = 2 ** 43;

const GETPID = 39;
const BLOCK = 8192;
const LINE_BYTES = 64;
/** Lines of a page. */
const LINES = 64;
const LONGEST_RUN = 0xffff_ffff;

/**
 * A trace that is made while it is read; its batches can be asked for once. The same options give the same trace.
 * @throws UsageError for a value that is not allowed
 */
export function generateTrace(name: PageGeneratorName, options: GeneratorOptions): GeneratedTrace {
  const { refs, pages = DEFAULT_PAGES, base = DEFAULT_BASE, lines = false, seed, every = {} } = options;
  requireWhole('refs', refs, 1, Number.MAX_SAFE_INTEGER);
  requireWhole('pages', pages, 1, MOST_PAGES);
  if (!isPowerOfTwo(pages)) throw new UsageError(`pages: found ${pages}; expected a power of two`);
  requireWhole('base', base, 0, LAST_BASE - pages);
  if (seed !== undefined) requireWhole('seed', seed, 0, 2 ** 32 - 1);
  for (const [event, period] of Object.entries(every)) {
    requireWhole(`every.${event}`, period, 1, Number.MAX_SAFE_INTEGER);
  }

  const generator: PageGenerator = PAGE_GENERATORS[name];
  const values = valuesOf(generator.parameters ?? {}, options.parameters ?? {});

  const dictionary = new PageNumbering();
  return {
    header: {
      ...headerOf(name, {
        refs,
        pages,
        ...(base === DEFAULT_BASE ? {} : { base }),
        ...(lines ? { lines } : {}),
        seed,
        every,
        ...unusual(generator, values),
      }),
      ...(options.name === undefined ? {} : { name: options.name }),
    },
    pages: dictionary,
    *batches() {
      const fill = generator.start(pages, new Xorshift128(seed), values);
      const timers = INSERTABLE_EVENTS.flatMap((kind) =>
        every[kind] === undefined ? [] : [new Timer(kind, every[kind])],
      );
      const rows = new RowBuffer();
      const run = new ReadRun(rows, base, dictionary, lines ? new Xorshift128(seed) : null);
      mapRegion(rows, base, pages);
      const block = new Float64Array(BLOCK);
      let done = 0;
      let due = earliest(timers);
      while (done < refs) {
        const next = block.subarray(0, Math.min(BLOCK, refs - done));
        fill(next);
        for (let i = 0; i < next.length; i++) {
          run.reference(next[i]!);
          if (++done === due) {
            run.close();
            for (const timer of timers) if (timer.due === done) timer.insert(rows);
            due = earliest(timers);
          }
          if (rows.full) yield rows.take();
        }
      }
      run.close();
      yield rows.take();
    },
  };
}

/** Shared memory, so that a first read gets a page of its own and not the page of zeros. */
function mapRegion(rows: RowBuffer, base: number, pages: number): void {
  rows.row(KIND.initialMapping, 0, 0, 0);
  rows.numberOperand(base);
  rows.numberOperand(pages);
  rows.numberOperand(PROT.read | PROT.write);
  rows.numberOperand(MAP_FLAG.anonymous | MAP_FLAG.shared);
}

/** The run of reads that is being collected. */
class ReadRun {
  /** Page of the region, -1 = no run is open. */
  private page = -1;
  private length = 0;
  /** Line of the run, -1 where references are to pages. */
  private line = -1;

  constructor(
    private readonly rows: RowBuffer,
    private readonly base: number,
    private readonly dictionary: PageNumbering,
    /** Draws the line of each reference; null where references are to pages. */
    private readonly lineOf: Xorshift128 | null,
  ) {}

  reference(page: number): void {
    const line = this.lineOf === null ? -1 : Math.floor(this.lineOf.next53() * LINES);
    if (page !== this.page || line !== this.line || this.length === LONGEST_RUN) {
      this.close();
      this.page = page;
      this.line = line;
    }
    this.length++;
  }

  close(): void {
    if (this.page === -1) return;
    this.rows.row(KIND.read, 0, this.dictionary.idOf(this.base + this.page), this.length);
    if (this.line >= 0) {
      this.rows.numberOperand(0); // no recorded physical address
      this.rows.numberOperand(this.line * LINE_BYTES);
    }
    this.page = -1;
    this.length = 0;
  }
}

/** An event that returns after each `period` references. */
class Timer {
  due: number;

  constructor(
    private readonly event: InsertableEvent,
    private readonly period: number,
  ) {
    this.due = period;
  }

  insert(rows: RowBuffer): void {
    rows.row(KIND[this.event], 0, 0, 0);
    if (this.event === 'systemCall') rows.numberOperand(GETPID);
    this.due += this.period;
  }
}

function earliest(timers: readonly Timer[]): number {
  return timers.reduce((due, timer) => Math.min(due, timer.due), Infinity);
}

/** The parameters whose values are not the default. */
function unusual({ parameters = {} }: PageGenerator, values: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== parameters[name]!.default));
}

function headerOf(
  name: PageGeneratorName,
  parameters: { readonly lines?: boolean; readonly [name: string]: unknown },
): TraceHeader {
  return {
    name,
    characteristics: {
      source: 'user',
      fetches: false,
      data: true,
      kernelReferences: false,
      tableWrites: false,
      physicalAddresses: false,
      counts: 'exact',
      filterSets: null,
      ...(parameters.lines ? { lines: true } : {}),
    },
    source: { ran: `generator ${name}: ${PAGE_GENERATORS[name].description}`, captured: JSON.stringify(parameters) },
  };
}
