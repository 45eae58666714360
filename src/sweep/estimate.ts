/**
 * What a cell is likely to take: for the order of cells, for equal shards, for memory. Nothing that is counted depends on it. Measured once, each
 * in a fresh process on a busy machine (Node 20, amd-zen4, processor time): a row on memcached (13.8 million rows), a page and its bytes on
 * uniform references to 180,000 pages, whose misses and compiling are in the price of a page. Not measured but assumed: a row of the strategies
 * from nested-uncached on, which is that of nested; and bytes under nested-uncached, nested, agile and selective, measured as 127 to 205 and taken
 * as 250, what scripts/memory.mjs leaves for a page.
 */
import type { AnyStrategy } from '../paging/index.js';
import { cachesEntries } from '../run/together.js';
import type { SweepCell } from './cells.js';
import type { Survey } from './survey.js';

interface Weight {
  readonly nsPerRow: number;
  /** Of a page: its faults, and the walks to it. */
  readonly nsPerPage: number;
  readonly bytesPerPage: number;
}

const WEIGHTS: Readonly<Record<AnyStrategy, Weight>> = {
  native: { nsPerRow: 54, nsPerPage: 12_000, bytesPerPage: 140 },
  shadow: { nsPerRow: 89, nsPerPage: 32_000, bytesPerPage: 280 },
  vtlb: { nsPerRow: 79, nsPerPage: 22_000, bytesPerPage: 190 },
  'write-protect': { nsPerRow: 93, nsPerPage: 37_000, bytesPerPage: 340 },
  nested: { nsPerRow: 80, nsPerPage: 28_000, bytesPerPage: 250 },
  'nested-uncached': { nsPerRow: 80, nsPerPage: 25_000, bytesPerPage: 250 },
  agile: { nsPerRow: 80, nsPerPage: 28_000, bytesPerPage: 250 },
  selective: { nsPerRow: 80, nsPerPage: 31_000, bytesPerPage: 250 },
  direct: { nsPerRow: 80, nsPerPage: 61_000, bytesPerPage: 270 },
  'shadow-on-shadow': { nsPerRow: 80, nsPerPage: 249_000, bytesPerPage: 640 },
  'shadow-on-nested': { nsPerRow: 80, nsPerPage: 62_000, bytesPerPage: 290 },
  'nested-on-nested': { nsPerRow: 80, nsPerPage: 214_000, bytesPerPage: 350 },
  'three-dimensional': { nsPerRow: 80, nsPerPage: 45_000, bytesPerPage: 240 },
  'pvm-on-nested': { nsPerRow: 80, nsPerPage: 59_000, bytesPerPage: 340 },
};

/** Of a thread with its modules and the caches of a machine, whatever the trace. */
const FIXED_BYTES = 24 * 2 ** 20;
/** Columns of a row, and of a page, in a decoded trace: src/trace/shared.ts. */
const BYTES_PER_ROW = 13;
const BYTES_PER_PAGE = 8;

/** In nanoseconds of one thread. */
export function cellCost({ spec: { strategy }, survey: { rows, pages } }: Pick<SweepCell, 'spec' | 'survey'>): number {
  const { nsPerRow, nsPerPage } = WEIGHTS[strategy];
  return rows * nsPerRow + pages * nsPerPage;
}

/** One pass for all TLBs, and a part of a replay for each cell that has more than TLBs (measured as the rest, on redis and memcached). */
export function togetherCost(cells: readonly SweepCell[]): number {
  const behind = cells.filter(({ spec: { config } }) => cachesEntries(config.machine)).length;
  return cellCost(cells[0]!) * (2.5 + cells.length / 32 + behind / 4);
}

/** Beside the decoded trace. */
export function cellBytes({ spec: { strategy }, survey: { pages } }: Pick<SweepCell, 'spec' | 'survey'>): number {
  return FIXED_BYTES + pages * WEIGHTS[strategy].bytesPerPage;
}

export function traceBytes({ rows, pages }: Survey): number {
  return rows * BYTES_PER_ROW + pages * BYTES_PER_PAGE;
}
