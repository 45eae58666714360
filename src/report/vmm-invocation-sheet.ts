/** VMM invocations: which VM exits, what the hardware calls them, how often, at what cost. */
import type { Mark } from './exactness-marks.js';
import { decimal, NONE, percent, ratio, whole } from './number-text.js';
import { isExcluded, type ResultRow } from './result-row.js';
import { left, right, type Sheet } from './sheet.js';
import { heading } from './summary-sheet.js';
import type { Comparison } from './summary.js';

const COLUMNS = [
  left('strategy'),
  left('cause'),
  left('VMX exit reason'),
  left('SVM exit code\nVMEXIT_…'),
  right('exits'),
  right('per million\nrefs'),
  right('\ncycles'),
  right('share of\ncycles'),
];

export function vmmInvocationSheet(comparisons: readonly Comparison[], mark: Mark): Sheet {
  return {
    title: 'VMM invocations: VM exits by cause',
    columns: COLUMNS,
    groups: comparisons.map((comparison) => ({
      heading: heading(comparison),
      rows: comparison.lines.flatMap(({ row }) => strategyRows(row, mark(row))),
    })),
  };
}

function strategyRows(row: ResultRow, name: string): string[][] {
  const { counters, cycles, vmmInvocations } = row;
  const none = isExcluded(row) ? 'excluded' : 'no exits';
  if (vmmInvocations.length === 0) return [[name, none, ...Array<string>(COLUMNS.length - 2).fill(NONE)]];
  const rows = vmmInvocations.map((exit, at) => [
    at === 0 ? name : '',
    exit.cause,
    exit.vmxReason === null ? NONE : `${exit.vmxReason.number} ${exit.vmxReason.name}`,
    exit.svmExitCode === null ? NONE : `${exit.svmExitCode.code} ${exit.svmExitCode.name.replace(/^VMEXIT_/, '')}`,
    whole(exit.count),
    decimal(exit.perMillionRefs, 1),
    whole(exit.cycles),
    share(exit.cycles, cycles.total),
  ]);
  if (rows.length === 1) return rows;
  const exitCycles = cycles.exitHardware + cycles.exitSoftware;
  return [
    ...rows,
    [
      '',
      'all causes',
      '',
      '',
      whole(counters.vmExits),
      ratio(1e6 * counters.vmExits, counters.refs, 1),
      whole(exitCycles),
      share(exitCycles, cycles.total),
    ],
  ];
}

function share(part: number, of: number): string {
  return of === 0 ? NONE : percent(part / of);
}
