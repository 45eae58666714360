/** A row for each name with a mark for each series. */
import * as Plot from '@observablehq/plot';
import type { DotPlot } from '../../../figures/figure.js';
import { beside, COLOURS, lineAcross, ROW, scaleOf, tipText } from './shared.js';

const SYMBOLS = ['circle', 'square', 'diamond', 'triangle', 'cross', 'star', 'wye', 'plus'] as const;

interface Dot {
  readonly row: string;
  readonly series: string;
  readonly value: number;
}

export function dotOptions({ rows, x, series, line }: DotPlot, width: number): Plot.PlotOptions {
  const dots = series.flatMap(({ label, values }) =>
    values.flatMap((value, at): Dot[] => (value === null ? [] : [{ row: rows[at]!, series: label, value }])),
  );
  const drawn = x.scale === 'linear' ? dots : dots.filter(({ value }) => value > 0);
  const labels = series.map(({ label }) => label);
  const { axis, layout, length } = beside(rows, width);
  return {
    ...layout,
    height: 70 + rows.length * (ROW + 4),
    x: scaleOf(x, [...dots.map(({ value }) => value), ...(line === undefined ? [] : [line.at])], length, width),
    y: { type: 'point', domain: rows, label: null, grid: true },
    color: { domain: labels, range: COLOURS },
    symbol: { domain: labels, range: SYMBOLS },
    marks: [
      Plot.axisY(axis),
      ...lineAcross(line, null),
      Plot.dot(drawn, { x: 'value', y: 'row', fill: 'series', symbol: 'series', r: 5, stroke: 'var(--back)' }),
      Plot.tip(drawn, Plot.pointer({ x: 'value', y: 'row', title: tipOf })),
    ],
  };

  function tipOf({ row, series: label, value }: Dot): string {
    return tipText(`${row}, ${label}`, [[x.title, value]]);
  }
}
