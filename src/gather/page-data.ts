/** What a report page holds: counts with the prices they were recorded at, and what else was found in results. Plain JSON. */
import type { Counters } from '../counters/counters.js';
import type { ExitPrices, Latencies } from '../cost/cost-model.js';
import type { Claim } from '../experiments/checks/claims.js';
import type { Figure } from '../figures/figure.js';
import type { StoredExperiment } from '../print/stored.js';
import type { Manifest, ManifestInput } from '../report/manifest.js';
import type { ResultRow, RowIdentity } from '../report/result-row.js';
import type { Intervals, LevelRefs } from '../run/cell-result.js';
import type { ExitCause } from '../vmm/exits.js';

/** Prices of one machine with one price file; cycles. */
export interface RowPrices {
  readonly latencies: Latencies;
  readonly exits: ExitPrices;
}

/** Counts that are 0 are left out. */
export interface CountedRow extends RowIdentity {
  /** Index into `prices` of the page. */
  readonly prices: number;
  /** Index into `sources` of the page. */
  readonly source: number;
  readonly counters: Partial<Counters>;
  readonly exits: Partial<Record<ExitCause, number>>;
  readonly levels: readonly LevelRefs[];
  /** Only of a sample: see CellResult. */
  readonly intervals?: Intervals;
}

/** A row whose prices are not known, or are not those of its cycles: it keeps the cycles it was recorded with. */
export interface FixedRow {
  readonly source: number;
  readonly row: ResultRow;
}

export type PageRow = CountedRow | FixedRow;

/** What a trace looks like to a TLB, as figures. */
export interface TraceShape {
  readonly name: string;
  /** The program and what it did. */
  readonly ran: string;
  /** The recorder, or the generator and its parameters. */
  readonly captured: string;
  readonly exactness: string;
  /** Only those of data where a trace does not count fetches. */
  readonly references: number;
  /** Distinct ones of 4 KiB. */
  readonly pages: number;
  readonly figures: readonly Figure[];
}

/** Where some of the page comes from. */
export interface Source {
  /** As it was named, without the folders above. */
  readonly name: string;
  /** What it is, in words. */
  readonly kind: string;
  /** Files that were read, each with its SHA-256. */
  readonly files: readonly ManifestInput[];
  /** Of results that have one. */
  readonly manifest: Manifest | null;
}

export interface PageData {
  readonly schema: 'vmmu/page@1';
  /** Version of vmmu that made the page. */
  readonly version: string;
  readonly title: string;
  readonly sources: readonly Source[];
  readonly prices: readonly RowPrices[];
  readonly rows: readonly PageRow[];
  readonly traces: readonly TraceShape[];
  readonly experiments: readonly StoredExperiment[];
  readonly claims: readonly Claim[];
  /** What the reader must know: what was left out, which rows keep their prices. */
  readonly notes: readonly string[];
}
