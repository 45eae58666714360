/** Bars, lying: beside each other or one behind the other, with their spread. */
import * as Plot from '@observablehq/plot';
import type { BarPlot } from '../../../figures/figure.js';
import { beside, COLOURS, lineAcross, ROW, scaleOf, tipText } from './shared.js';

interface Bar {
  readonly group: string;
  readonly series: string;
  readonly value: number;
  readonly spread: readonly [least: number, most: number] | null;
}

export function barOptions(plot: BarPlot, width: number): Plot.PlotOptions {
  const bars = barsOf(plot);
  return plot.stacked === true ? stacked(plot, bars, width) : grouped(plot, bars, width);
}

function barsOf({ groups, series }: BarPlot): Bar[] {
  return series.flatMap(({ label, values, spread }) =>
    values.flatMap((value, at) =>
      value === null ? [] : [{ group: groups[at]!, series: label, value, spread: spread?.[at] ?? null }],
    ),
  );
}

function stacked({ groups, y, series, line }: BarPlot, bars: readonly Bar[], width: number): Plot.PlotOptions {
  const { axis, layout, length } = beside(groups, width);
  const labels = series.map(({ label }) => label);
  const sums = groups.map((group) => bars.reduce((sum, bar) => sum + (bar.group === group ? bar.value : 0), 0));
  const place = { x: 'value', y: 'group', order: labels, z: 'series' } as const;
  return {
    ...layout,
    height: 70 + groups.length * (ROW + 4),
    x: scaleOf(y, [...sums, ...(line === undefined ? [] : [line.at])], length, width),
    y: { label: null, domain: groups, padding: 0.2 },
    color: { domain: labels, range: COLOURS },
    marks: [
      Plot.axisY(axis),
      Plot.barX(bars, { ...place, fill: 'series' }),
      ...lineAcross(line, null),
      Plot.tip(bars, Plot.pointerY(Plot.stackX({ ...place, title: tipOf(y.title) }))),
    ],
  };
}

function grouped({ groups, y, series, line }: BarPlot, bars: readonly Bar[], width: number): Plot.PlotOptions {
  const { axis, layout, length } = beside(groups, width);
  const labels = series.map(({ label }) => label);
  const values = [
    ...bars.map(({ value }) => value),
    ...bars.flatMap(({ spread }) => spread ?? []),
    ...(line === undefined ? [] : [line.at]),
  ];
  const logarithmic = y.scale !== 'linear';
  const above = values.filter((value) => value > 0);
  // The least bar on a logarithmic scale is seen too.
  const from = logarithmic && above.length > 0 ? 10 ** Math.floor(Math.log10(Math.min(...above) / 2)) : 0;
  const drawn = logarithmic ? bars.filter(({ value }) => value > 0) : bars;
  const place = { fy: 'group', y: 'series' } as const;
  return {
    ...layout,
    height: 70 + groups.length * Math.max(ROW, 12 * series.length + 8),
    x: scaleOf(logarithmic ? { ...y, from } : y, values, length, width),
    fy: { label: null, domain: groups, padding: 0.2 },
    y: { axis: null, domain: labels, padding: 0.05 },
    color: { domain: labels, range: COLOURS },
    marks: [
      Plot.axisFy({ ...axis, anchor: 'left' }),
      Plot.barX(drawn, { ...place, x1: () => from, x2: 'value', fill: 'series' }),
      Plot.ruleY(
        bars.filter(({ spread }) => spread !== null),
        { ...place, x1: ({ spread }: Bar) => spread![0], x2: ({ spread }: Bar) => spread![1], stroke: 'currentColor' },
      ),
      ...lineAcross(line, groups[0] ?? null),
      Plot.tip(drawn, Plot.pointerY({ ...place, x: 'value', title: tipOf(y.title) })),
    ],
  };
}

function tipOf(unit: string): (bar: Bar) => string {
  return ({ group, series, value, spread }) =>
    tipText(`${group}, ${series}`, [
      [unit, value],
      ...(spread === null ? [] : [['least', spread[0]] as const, ['most', spread[1]] as const]),
    ]);
}
