/** What a trace holds, in exact numbers: for `trace info`, and to know that a converted trace is the one that was recorded. */
import {
  KIND,
  KIND_NAMES,
  LAST_REFERENCE,
  operand,
  type EventBatch,
  type KindName,
  type PageDictionary,
} from './event.js';
import { ProcessTally, type ProcessStatistics } from './processes.js';
import { ReferenceTlbs, type ReferenceMisses } from './reference-misses.js';
import { PageKeys } from './reuse/page-keys.js';
import { ReuseTally, type Reuse } from './reuse/reuse.js';
import { WorkingSetTally, type WorkingSet } from './reuse/working-set.js';
import type { TraceSource } from './source.js';

export interface TraceStatistics {
  readonly rows: number;
  /** null where the trace does not say: one that counts data references between rows knows only their sum. */
  readonly references: {
    readonly all: number | null;
    readonly fetch: number | null;
    readonly data: number;
    readonly inReadRuns: number | null;
    readonly inWriteRuns: number | null;
  };
  readonly runs: {
    readonly all: number;
    readonly fetch: number;
    readonly data: number;
    readonly read: number;
    readonly write: number;
    /** Runs that continue the last run of their class: only an event, but no thread switch, parts them. */
    readonly continuedAfterEvent: number;
  };
  /** Distinct pages of each size, of both classes together, by their addresses alone. */
  readonly distinctPages: { readonly '4k': number; readonly '2m': number; readonly '1g': number };
  /** Distinct 4-KiB pages; `all` = fetch + data, so a page of both classes counts twice. */
  readonly pages: {
    readonly all: number;
    readonly fetch: number;
    readonly data: number;
    readonly written: number;
    /** Distinct 2-MiB regions of both classes together. */
    readonly regions2M: number;
  };
  readonly threads: number;
  readonly eventsBeforeFirstRun: number;
  readonly events: Readonly<Partial<Record<KindName, number>>>;
  /** Calls by number. */
  readonly systemCalls: Readonly<Record<string, number>>;
  /** null for a filtered or sampled trace and for one of several address spaces. */
  readonly misses: ReferenceMisses | null;
  readonly processes: readonly ProcessStatistics[];
  readonly workingSet: WorkingSet;
  readonly reuse: Reuse;
}

/** Goes through the whole trace. */
export async function traceStatistics(source: TraceSource): Promise<TraceStatistics> {
  const { characteristics } = source.header;
  const tally = new Tally(source.pages);
  const lossless =
    characteristics.source === 'user' && characteristics.filterSets === null && characteristics.sampled === undefined;
  const tlbs = lossless ? new ReferenceTlbs(source.pages) : null;
  const processes = new ProcessTally(source.pages, characteristics.source);
  const keys = new PageKeys(source.pages);
  const workingSet = new WorkingSetTally();
  const reuse = new ReuseTally(characteristics.counts);
  for await (const batch of source.batches()) {
    tally.add(batch);
    tlbs?.replay(batch);
    processes.add(batch);
    const pages = keys.of(batch);
    workingSet.add(batch, pages, keys.size);
    reuse.add(batch, pages, keys.size);
  }
  return {
    ...tally.statistics(characteristics.counts === 'exact'),
    misses: tlbs?.misses() ?? null,
    processes: processes.statistics(),
    workingSet: workingSet.workingSet(),
    reuse: reuse.reuse(),
  };
}

const PAGES_2M = 512;
const PAGES_1G = 512 * PAGES_2M;

/** What is known of a page, as bits. */
const SEEN = { fetch: 1, data: 2, written: 4 } as const;

class Tally {
  private readonly rowsOf = new Float64Array(KIND_NAMES.length);
  private readonly referencesOf = new Float64Array(KIND_NAMES.length);
  private readonly systemCalls = new Map<number, number>();
  private seen = new Uint8Array(0);
  private continued = 0;
  private runs = 0;
  private events = 0;
  private eventsBeforeFirstRun = 0;
  /** Last page of each class, -1 = none; and the number of events then. */
  private lastFetch = -1;
  private lastData = -1;
  private lastDataKind: number = KIND.read;
  private eventsAtLastFetch = 0;
  private eventsAtLastData = 0;

  constructor(private readonly pages: PageDictionary) {}

  add(batch: EventBatch): void {
    const { length, kind, page, count } = batch;
    const { rowsOf, referencesOf } = this;
    this.grow();
    const seen = this.seen;
    for (let i = 0; i < length; i++) {
      const k = kind[i]!;
      rowsOf[k]!++;
      referencesOf[k]! += count[i]!;
      if (k > LAST_REFERENCE) {
        if (k === KIND.systemCall) this.countCall(operand(batch, i, 0));
        else if (k === KIND.threadSwitch) this.lastFetch = this.lastData = -1;
        this.events++;
        continue;
      }
      const p = page[i]!;
      if (this.runs++ === 0) this.eventsBeforeFirstRun = this.events;
      if (k === KIND.fetch) {
        seen[p]! |= SEEN.fetch;
        if (p === this.lastFetch && this.events > this.eventsAtLastFetch) this.continued++;
        this.lastFetch = p;
        this.eventsAtLastFetch = this.events;
      } else {
        seen[p]! |= k === KIND.write ? SEEN.data | SEEN.written : SEEN.data;
        // A write after reads begins a run with or without an event.
        const split = k === KIND.write && this.lastDataKind === KIND.read;
        if (p === this.lastData && this.events > this.eventsAtLastData && !split) this.continued++;
        this.lastData = p;
        this.lastDataKind = k;
        this.eventsAtLastData = this.events;
      }
    }
  }

  statistics(exact: boolean): Omit<TraceStatistics, 'misses' | 'processes' | 'workingSet' | 'reuse'> {
    const rows = (kind: KindName) => this.rowsOf[KIND[kind]]!;
    const references = (kind: KindName) => this.referencesOf[KIND[kind]]!;
    const counted = this.referencesOf.reduce((sum, n) => sum + n, 0);
    const fetchPages = this.pagesSeen(SEEN.fetch);
    const dataPages = this.pagesSeen(SEEN.data);
    const events = KIND_NAMES.slice(LAST_REFERENCE + 1).filter((kind) => rows(kind) > 0);
    const regions2M = this.distinct(PAGES_2M);
    return {
      rows: this.rowsOf.reduce((sum, n) => sum + n, 0),
      references: {
        all: exact ? counted : null,
        fetch: exact ? references('fetch') : null,
        data: exact ? references('read') + references('write') : counted,
        inReadRuns: exact ? references('read') : null,
        inWriteRuns: exact ? references('write') : null,
      },
      runs: {
        all: this.runs,
        fetch: rows('fetch'),
        data: rows('read') + rows('write'),
        read: rows('read'),
        write: rows('write'),
        continuedAfterEvent: this.continued,
      },
      distinctPages: { '4k': this.distinct(1), '2m': regions2M, '1g': this.distinct(PAGES_1G) },
      pages: {
        all: fetchPages + dataPages,
        fetch: fetchPages,
        data: dataPages,
        written: this.pagesSeen(SEEN.written),
        regions2M,
      },
      threads: 1 + rows('threadStart'),
      eventsBeforeFirstRun: this.runs === 0 ? this.events : this.eventsBeforeFirstRun,
      events: Object.fromEntries(events.map((kind) => [kind, rows(kind)])),
      systemCalls: Object.fromEntries([...this.systemCalls].sort(([a], [b]) => a - b)),
    };
  }

  private countCall(number: number): void {
    this.systemCalls.set(number, (this.systemCalls.get(number) ?? 0) + 1);
  }

  private grow(): void {
    if (this.pages.size <= this.seen.length) return;
    const larger = new Uint8Array(2 * this.pages.size);
    larger.set(this.seen);
    this.seen = larger;
  }

  private pagesSeen(bit: number): number {
    return this.seen.reduce((pages, bits) => pages + ((bits & bit) === 0 ? 0 : 1), 0);
  }

  /** Regions of so many pages that are used. */
  private distinct(pages: number): number {
    const regions = new Set<number>();
    for (let id = 0; id < this.pages.size; id++)
      if (this.seen[id] !== 0) regions.add(Math.floor(this.pages.vpn[id]! / pages));
    return regions.size;
  }
}
