/** The figures of the overview, of rows at the prices that are set. */
import type { Figure } from '../../figures/figure.js';
import { isExcluded, type ResultRow } from '../../report/result-row.js';
import { comparedExitCycles, cyclesOfExits, pricedExitCycles, type Comparison } from '../../report/summary.js';
import type { Named } from '../comparison.js';

/** Cycles of each strategy, a row for each comparison. */
export function cyclesFigure(machine: string, named: readonly Named[]): Figure {
  const strategies = [...new Set(named.flatMap(({ comparison }) => rowsOf(comparison).map((row) => row.strategy)))];
  return {
    name: 'cycles',
    title: `What translation costs on ${machine}`,
    caption: 'Cycles of address translation for each thousand references, of each strategy.',
    width: 'page',
    plot: {
      kind: 'dots',
      rows: named.map(({ title }) => title),
      x: { title: 'cycles per 1,000 references', scale: 'log10' },
      series: strategies.map((strategy) => ({
        label: strategy,
        values: named.map(
          ({ comparison }) => rowsOf(comparison).find((row) => row.strategy === strategy)?.cycles.perKiloRef ?? null,
        ),
      })),
    },
  };
}

const CAUSES = [
  ['second-level TLB hits', 'l2TlbHits'],
  ['walks', 'walks'],
  ['walks that faulted', 'faultedWalks'],
  ['exits, hardware', 'exitHardware'],
  ['exits, VMM software', 'exitSoftware'],
] as const;

/** Where the cycles of one comparison go. */
export function causesFigure({ title, comparison }: Named): Figure {
  const rows = rowsOf(comparison);
  return {
    name: 'causes',
    title: `Where the cycles go: ${title}`,
    caption: 'Cycles of address translation for each thousand references, by cause.',
    width: 'page',
    plot: {
      kind: 'bars',
      stacked: true,
      groups: rows.map(({ strategy }) => strategy),
      groupTitle: 'strategy',
      y: { title: 'cycles per 1,000 references', scale: 'linear' },
      series: CAUSES.map(([label, cause]) => ({
        label,
        values: rows.map(({ cycles, counters }) => perKiloRef(cycles[cause], counters.refs)),
      })),
    },
  };
}

const POINTS = 40;

/** Cycles over the price of an exit; where the lines cross, the winner changes. */
export function breakEvenFigure({ title, comparison }: Named): Figure {
  const { breakEven } = comparison;
  const rows = rowsOf(comparison);
  const nested = rows.find(({ strategy }) => strategy === 'nested');
  const crosses = breakEven?.kind === 'at' && nested !== undefined ? breakEven.exitCycles : null;
  const now = comparedExitCycles(comparison.lines) ?? 0;
  const most = Math.max(2 * now, 1.5 * (crosses ?? 0), 1000);
  const prices = Array.from({ length: POINTS + 1 }, (_, at) => (at * most) / POINTS);
  const at = (row: ResultRow, price: number): number =>
    perKiloRef(row.cycles.total - cyclesOfExits(row) + row.counters.vmExits * price, row.counters.refs);
  return {
    name: 'break-even',
    title: `The price of an exit that decides: ${title}`,
    caption:
      breakEven === null
        ? 'Cycles over what one VM exit costs.'
        : crosses === null
          ? 'Cycles over what one VM exit costs. Shadow and nested paging do not change places at any price.'
          : 'Cycles over what one VM exit costs. Where shadow and nested paging cross, the winner changes.',
    width: 'page',
    plot: {
      kind: 'xy',
      x: { title: 'cycles of one VM exit', scale: 'linear', to: most },
      y: { title: 'cycles per 1,000 references', scale: 'linear' },
      series: [
        ...rows.map((row) => ({
          label: row.strategy,
          as: 'line' as const,
          points: prices.map((price) => [price, at(row, price)] as const),
        })),
        {
          label: 'at the prices set',
          as: 'points' as const,
          points: rows.flatMap((row) => {
            const price = pricedExitCycles([row]);
            return row.hostPages === 'none' ? [] : [[price ?? now, row.cycles.perKiloRef] as const];
          }),
        },
        ...(crosses === null || nested === undefined
          ? []
          : [
              {
                label: 'break-even',
                as: 'points' as const,
                points: [[crosses, at(nested, crosses)] as const],
                names: ['break-even'],
              },
            ]),
      ],
    },
  };
}

function rowsOf({ lines }: Comparison): ResultRow[] {
  return lines.map(({ row }) => row).filter((row) => !isExcluded(row));
}

function perKiloRef(cycles: number, refs: number): number {
  return refs === 0 ? 0 : (1000 * cycles) / refs;
}
