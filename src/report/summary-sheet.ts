/** The summary: cycles of each strategy, what they went to, and who wins. */
import type { Mark } from './exactness-marks.js';
import { decimal, NONE, ratio, whole } from './number-text.js';
import { isExcluded, type ResultRow } from './result-row.js';
import { left, right, type Sheet } from './sheet.js';
import { verdict, type Comparison } from './summary.js';

const COLUMNS = [
  left('strategy'),
  right('cycles per\n1000 refs'),
  right('times\nnative'),
  right('of these:\nL2 TLB hits'),
  right('\nwalks'),
  right('faulted\nwalks'),
  right('\nVM exits'),
  right('VM exits per\nmillion refs'),
  left(''),
];

export function summarySheet(comparisons: readonly Comparison[], mark: Mark): Sheet {
  return {
    title: 'Summary: cycles of address translation per thousand references',
    columns: COLUMNS,
    groups: comparisons.map((comparison) => ({
      heading: heading(comparison),
      rows: comparison.lines.map(({ row, timesNative }) => [
        mark(row),
        isExcluded(row) ? NONE : decimal(row.cycles.perKiloRef, 1),
        timesNative === null ? NONE : decimal(timesNative, 1),
        perKiloRef(row, row.cycles.l2TlbHits),
        perKiloRef(row, row.cycles.walks),
        perKiloRef(row, row.cycles.faultedWalks),
        perKiloRef(row, row.cycles.exitHardware + row.cycles.exitSoftware),
        ratio(1e6 * row.counters.vmExits, row.counters.refs, 1),
        row === comparison.winner ? 'wins' : isExcluded(row) ? 'excluded' : '',
      ]),
      closing: verdict(comparison),
    })),
  };
}

/** What the rows of a group have in common. */
export function heading({ trace, guestPages, hostPages, lines }: Comparison): string {
  const host = hostPages === 'none' ? '' : `, host pages ${hostPages}`;
  return `${trace} (${whole(Math.max(...lines.map(({ row }) => row.counters.refs)))} references, guest pages ${guestPages}${host})`;
}

function perKiloRef({ counters }: ResultRow, cycles: number): string {
  return ratio(1000 * cycles, counters.refs, 1);
}
