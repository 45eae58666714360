/** The curves of a probe as a figure, with the knees that were found. */
import type { Figure } from '../figures/figure.js';
import type { Conclusions } from './conclusions.js';
import type { Curve } from './curve.js';
import type { Knees } from './knees.js';
import { curveOf, type Probe } from './probe-file.js';

export function curvesFigure(probe: Probe, { small, huge }: Conclusions): Figure {
  const curve = curveOf(probe.small);
  const line = (label: string, points: readonly (readonly [number, number])[]) => ({
    label,
    as: 'line' as const,
    points,
  });
  return {
    name: 'probe',
    title: 'Dependent loads by footprint',
    caption:
      'Each load reads one line in a 4 KiB page of its own (spread), or the next of as many lines side by side (dense); what spread takes above dense is translation. The knees are where a TLB level is full.',
    width: 'page',
    plot: {
      kind: 'xy',
      x: { title: 'Footprint, lines in 4 KiB each', scale: 'log2' },
      y: { title: 'ns for a load', scale: 'log10' },
      series: [
        line(
          '4 KiB pages',
          curve.map(({ pages, spread }) => [pages, spread.ns]),
        ),
        line(
          'as many lines, dense',
          curve.map(({ pages, dense }) => [pages, dense.ns]),
        ),
        ...('missing' in probe.huge || huge === null
          ? []
          : [
              line(
                '2 MiB pages',
                curveOf(probe.huge).map(({ pages, spread }) => [pages, spread.ns]),
              ),
            ]),
        ...marks(curve, small),
      ],
    },
  };
}

function marks(curve: Curve, { first, second }: Knees) {
  const found = [first, second].filter((knee) => knee?.entries != null).map((knee) => knee!.entries!);
  if (found.length === 0) return [];
  return [
    {
      label: 'TLB level full (4 KiB pages)',
      as: 'points' as const,
      points: found.map((entries) => [entries, curve.findLast(({ pages }) => pages <= entries)!.spread.ns] as const),
      names: found.map((entries) => `${entries} entries`),
    },
  ];
}
