/** The conclusion of many comparisons: one line each. */
import type { Mark } from './exactness-marks.js';
import { decimal, NONE, percent, whole } from './number-text.js';
import { isExcluded } from './result-row.js';
import { left, right, type Sheet } from './sheet.js';
import { comparedExitCycles, type BreakEven, type Comparison } from './summary.js';

export function overviewSheet(comparisons: readonly Comparison[], mark: Mark): Sheet {
  const strategies = [...new Set(comparisons.flatMap(({ lines }) => lines.map(({ row }) => row.strategy)))];
  const titles = [...new Set(comparisons.map(title))];
  return {
    title: 'Cycles of address translation per thousand references, and who wins',
    columns: [
      left('trace'),
      left('pages\nguest/host'),
      ...strategies.map((strategy) => right(strategy)),
      left('winner'),
      right('fewer cycles\nthan next'),
      right('shadow = nested at\ncycles per exit'),
      right('an exit\ncosts'),
    ],
    groups: titles.map((heading) => ({
      heading,
      rows: comparisons
        .filter((comparison) => title(comparison) === heading)
        .map((comparison) => [...labels(comparison), ...cycles(comparison, strategies), ...outcome(comparison, mark)]),
    })),
  };
}

function title({ machine, costs }: Comparison): string {
  return `${machine}, exit prices ${costs}`;
}

function labels({ trace, guestPages, hostPages }: Comparison): string[] {
  return [trace, `${guestPages}/${hostPages}`];
}

function cycles({ lines }: Comparison, strategies: readonly string[]): string[] {
  return strategies.map((strategy) => {
    const line = lines.find(({ row }) => row.strategy === strategy);
    return line === undefined || isExcluded(line.row) ? NONE : decimal(line.row.cycles.perKiloRef, 1);
  });
}

function outcome({ lines, winner, runnerUp, breakEven }: Comparison, mark: Mark): string[] {
  const exitCycles = comparedExitCycles(lines);
  return [
    winner === null ? NONE : mark(winner),
    winner === null || runnerUp === null ? NONE : percent(1 - winner.cycles.total / runnerUp.cycles.total),
    breakEven === null ? NONE : breakEvenText(breakEven),
    exitCycles === null ? NONE : whole(exitCycles),
  ];
}

function breakEvenText(breakEven: BreakEven): string {
  if (breakEven.kind === 'same') return 'any';
  return breakEven.kind === 'always' ? `${breakEven.wins} always` : whole(breakEven.exitCycles);
}
