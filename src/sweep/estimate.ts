/**
 * What a cell is likely to take: for the order of cells, for equal shards, for memory. Measured once, in processor time of Node 20 on
 * amd-zen4: nanoseconds of a row on memcached, of a page and bytes on 180,000 pages in no order. Other machines and configurations differ by a factor; nothing that is counted
 * depends on it.
 */
import type { AnyStrategy } from '../paging/index.js';
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
  shadow: { nsPerRow: 75, nsPerPage: 32_000, bytesPerPage: 280 },
  vtlb: { nsPerRow: 73, nsPerPage: 22_000, bytesPerPage: 190 },
  'write-protect': { nsPerRow: 80, nsPerPage: 37_000, bytesPerPage: 340 },
  nested: { nsPerRow: 80, nsPerPage: 28_000, bytesPerPage: 250 },
  'nested-uncached': { nsPerRow: 90, nsPerPage: 25_000, bytesPerPage: 250 },
  agile: { nsPerRow: 80, nsPerPage: 28_000, bytesPerPage: 250 },
  selective: { nsPerRow: 80, nsPerPage: 31_000, bytesPerPage: 250 },
  direct: { nsPerRow: 80, nsPerPage: 61_000, bytesPerPage: 270 },
  'shadow-on-shadow': { nsPerRow: 80, nsPerPage: 62_000, bytesPerPage: 340 },
  'shadow-on-nested': { nsPerRow: 80, nsPerPage: 62_000, bytesPerPage: 290 },
  'nested-on-nested': { nsPerRow: 80, nsPerPage: 62_000, bytesPerPage: 290 },
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

/** Beside the decoded trace. */
export function cellBytes({ spec: { strategy }, survey: { pages } }: Pick<SweepCell, 'spec' | 'survey'>): number {
  return FIXED_BYTES + pages * WEIGHTS[strategy].bytesPerPage;
}

export function traceBytes({ rows, pages }: Survey): number {
  return rows * BYTES_PER_ROW + pages * BYTES_PER_PAGE;
}
