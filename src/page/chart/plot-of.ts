/** A figure as Observable Plot draws it: bars and dots lie, so that names of any length stand beside them on a screen of any width. */
import * as Plot from '@observablehq/plot';
import type { BarPlot, DotPlot, Figure, Line, RangePlot, Scale, XyPlot } from '../../figures/figure.js';
import { ENDS } from '../../figures/plots/ranges.js';
import { numberText } from './numbers.js';

/** As many colours as the style sheet has. */
const COLOURS = Array.from({ length: 8 }, (_, at) => `var(--s${at})`);
const SYMBOLS = ['circle', 'square', 'diamond', 'triangle', 'cross', 'star', 'wye', 'plus'] as const;
const LETTER = 7.2;
const ROW = 20;

export function plotOf({ plot }: Figure, width: number): Plot.PlotOptions {
  switch (plot.kind) {
    case 'xy':
      return xyOptions(plot, width);
    case 'bars':
      return barOptions(plot, width);
    case 'dots':
      return dotOptions(plot, width);
    case 'ranges':
      return rangeOptions(plot, width);
  }
}

function scaleOf({ title, scale, from, to }: Scale, values: readonly number[]): Plot.ScaleOptions {
  const shared = { label: title, labelAnchor: 'center', labelArrow: 'none', grid: true, nice: true } as const;
  if (scale === 'linear') {
    const least = from ?? Math.min(0, ...values);
    const most = to ?? Math.max(0, ...values);
    return { ...shared, type: 'linear', domain: [least, most > least ? most : least + 1] };
  }
  const above = values.filter((value) => value > 0);
  const least = from ?? Math.min(...above, 1e300);
  const most = to ?? Math.max(...above, 1e-300);
  const domain = least < most ? [least, most] : [least === 1e300 ? 1 : least / 10, least === 1e300 ? 10 : least * 10];
  return {
    ...shared,
    type: 'log',
    base: scale === 'log2' ? 2 : 10,
    domain,
    ticks: 6,
    tickFormat: (value: number) => tickText(value),
  };
}

function tickText(value: number): string {
  return Math.abs(value) >= 1e4 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 })
    : numberText(value);
}

function xyOptions({ x, y, series, line }: XyPlot, width: number): Plot.PlotOptions {
  const points = series.flatMap(({ label, points, names }) =>
    points.map(([px, py], at) => ({ series: label, x: px, y: py, name: names?.[at] ?? '' })),
  );
  const of = (as: 'line' | 'points') => {
    const labels = series.filter((one) => one.as === as).map(({ label }) => label);
    return points.filter((point) => labels.includes(point.series));
  };
  const shown = { x: 'x', y: 'y', stroke: 'series' } as const;
  return {
    width,
    height: Math.min(420, Math.max(260, width * 0.5)),
    marginLeft: 64,
    marginRight: 28,
    marginBottom: 44,
    x: scaleOf(
      x,
      points.map((point) => point.x),
    ),
    y: scaleOf(y, [...points.map((point) => point.y), ...(line === undefined ? [] : [line.at])]),
    color: { domain: series.map(({ label }) => label), range: COLOURS },
    marks: [
      Plot.frame({ stroke: 'var(--line)' }),
      ...lineAt(line, 'y'),
      Plot.lineY(of('line'), { ...shown, z: 'series', strokeWidth: 2 }),
      Plot.dot(of('points'), { ...shown, r: 4, strokeWidth: 2, fill: 'var(--back)' }),
      Plot.text(of('points'), { x: 'x', y: 'y', text: 'name', dy: -10, fill: 'currentColor' }),
      Plot.tip(
        points,
        Plot.pointer({
          x: 'x',
          y: 'y',
          title: (one: (typeof points)[number]) =>
            tipText(one.name === '' ? one.series : `${one.series}, ${one.name}`, [
              [x.title, one.x],
              [y.title, one.y],
            ]),
        }),
      ),
    ],
  };
}

function barOptions({ groups, y, series, stacked = false, line }: BarPlot, width: number): Plot.PlotOptions {
  const bars = series.flatMap(({ label, values, spread }) =>
    values.flatMap((value, at) =>
      value === null ? [] : [{ group: groups[at]!, series: label, value, spread: spread?.[at] ?? null }],
    ),
  );
  const sums = groups.map((group) => sum(bars.filter((bar) => bar.group === group).map(({ value }) => value)));
  const values = [
    ...(stacked ? sums : bars.map(({ value }) => value)),
    ...bars.flatMap(({ spread }) => spread ?? []),
    ...(line === undefined ? [] : [line.at]),
  ];
  const above = values.filter((value) => value > 0);
  const scale = scaleOf(y, y.scale === 'linear' || above.length === 0 ? values : [...values, Math.min(...above) / 2]);
  const [from] = scale.domain as [number, number];
  const marginLeft = roomFor(groups, width);
  const names = { label: null, domain: groups, tickSize: 0 } as const;
  const place = stacked ? { y: 'group' } : { fy: 'group', y: 'series' };
  const drawn = y.scale === 'linear' ? bars : bars.filter(({ value }) => value > 0);
  return {
    width,
    height: 70 + groups.length * (stacked ? ROW + 4 : Math.max(ROW, 12 * series.length + 8)),
    marginLeft,
    marginBottom: 44,
    marginRight: 28,
    x: scale,
    ...(stacked
      ? { y: { ...names, padding: 0.2 } }
      : { fy: { ...names, padding: 0.2 }, y: { axis: null, domain: series.map(({ label }) => label), padding: 0.05 } }),
    color: { domain: series.map(({ label }) => label), range: COLOURS },
    marks: [
      ...(stacked
        ? [Plot.axisY({ label: null, tickSize: 0, textOverflow: 'ellipsis', lineWidth: marginLeft / 11 })]
        : [Plot.axisFy({ label: null, anchor: 'left', textOverflow: 'ellipsis', lineWidth: marginLeft / 11 })]),
      stacked
        ? Plot.barX(drawn, { ...place, x: 'value', fill: 'series', order: series.map(({ label }) => label) })
        : Plot.barX(drawn, { ...place, x1: () => from, x2: 'value', fill: 'series' }),
      Plot.ruleY(
        bars.filter(({ spread }) => spread !== null),
        {
          ...place,
          x1: (bar: (typeof bars)[number]) => bar.spread![0],
          x2: (bar: (typeof bars)[number]) => bar.spread![1],
          stroke: 'currentColor',
        },
      ),
      ...lineAt(line, 'x'),
      Plot.tip(
        drawn,
        Plot.pointerY(
          stacked
            ? Plot.stackX({
                ...place,
                x: 'value',
                order: series.map(({ label }) => label),
                z: 'series',
                title: titleOf,
              })
            : { ...place, x: 'value', title: titleOf },
        ),
      ),
    ],
  };

  function titleOf(bar: (typeof bars)[number]): string {
    const spread =
      bar.spread === null
        ? []
        : ([
            ['least', bar.spread[0]],
            ['most', bar.spread[1]],
          ] as const);
    return tipText(`${bar.group}, ${bar.series}`, [[y.title, bar.value], ...spread]);
  }
}

function dotOptions({ rows, x, series, line }: DotPlot, width: number): Plot.PlotOptions {
  const dots = series.flatMap(({ label, values }) =>
    values.flatMap((value, at) => (value === null ? [] : [{ row: rows[at]!, series: label, value }])),
  );
  const drawn = x.scale === 'linear' ? dots : dots.filter(({ value }) => value > 0);
  const marginLeft = roomFor(rows, width);
  const labels = series.map(({ label }) => label);
  return {
    width,
    height: 70 + rows.length * (ROW + 4),
    marginLeft,
    marginBottom: 44,
    marginRight: 28,
    x: scaleOf(x, [...dots.map(({ value }) => value), ...(line === undefined ? [] : [line.at])]),
    y: { type: 'point', domain: rows, label: null, grid: true },
    color: { domain: labels, range: COLOURS },
    symbol: { domain: labels, range: SYMBOLS },
    marks: [
      Plot.axisY({ label: null, tickSize: 0, textOverflow: 'ellipsis', lineWidth: marginLeft / 11 }),
      ...lineAt(line, 'x'),
      Plot.dot(drawn, { x: 'value', y: 'row', fill: 'series', symbol: 'series', r: 5, stroke: 'var(--back)' }),
      Plot.tip(
        drawn,
        Plot.pointer({
          x: 'value',
          y: 'row',
          title: (dot: (typeof dots)[number]) => tipText(`${dot.row}, ${dot.series}`, [[x.title, dot.value]]),
        }),
      ),
    ],
  };
}

function rangeOptions({ rows, x, base, line }: RangePlot, width: number): Plot.PlotOptions {
  const names = rows.map(({ label }) => label);
  const bars = rows.flatMap(({ label, low, high }) => [
    { row: label, end: ENDS[0], ...low },
    { row: label, end: ENDS[1], ...high },
  ]);
  const marginLeft = roomFor(names, width);
  return {
    width,
    height: 70 + rows.length * (ROW + 4),
    marginLeft,
    marginBottom: 44,
    marginRight: 28,
    x: scaleOf(x, [...bars.map(({ result }) => result), base, ...(line === undefined ? [] : [line.at])]),
    y: { domain: names, label: null, padding: 0.2 },
    color: { domain: [...ENDS], range: COLOURS },
    marks: [
      Plot.axisY({ label: null, tickSize: 0, textOverflow: 'ellipsis', lineWidth: marginLeft / 11 }),
      Plot.barX(bars, { y: 'row', x1: () => base, x2: 'result', fill: 'end' }),
      Plot.ruleX([base]),
      ...lineAt(line, 'x'),
      Plot.tip(
        bars,
        Plot.pointerY({
          x: 'result',
          y: 'row',
          title: (bar: (typeof bars)[number]) => tipText(`${bar.row}: ${bar.input}`, [[x.title, bar.result]]),
        }),
      ),
    ],
  };
}

/** A line through the plot at a value of one axis, with its label. */
function lineAt(line: Line | undefined, axis: 'x' | 'y'): Plot.Markish[] {
  if (line === undefined) return [];
  const shared = { stroke: 'currentColor', strokeDasharray: '4 3' };
  const text = { text: () => line.label, fill: 'currentColor', stroke: 'var(--back)', strokeWidth: 4 };
  return axis === 'x'
    ? [
        Plot.ruleX([line.at], shared),
        Plot.text([line.at], {
          x: (at: number) => at,
          frameAnchor: 'top',
          textAnchor: 'start',
          dx: 4,
          dy: -14,
          ...text,
        }),
      ]
    : [
        Plot.ruleY([line.at], shared),
        Plot.text([line.at], { y: (at: number) => at, frameAnchor: 'right', textAnchor: 'end', dy: -7, ...text }),
      ];
}

/** Names take what they need, but leave the marks most of the width. */
function roomFor(names: readonly string[], width: number): number {
  const longest = Math.max(...names.map(({ length }) => length), 4);
  return Math.min(longest * LETTER + 16, width * 0.42);
}

function tipText(name: string, values: readonly (readonly [title: string, value: number])[]): string {
  return [name, ...values.map(([title, value]) => `${title}: ${numberText(value)}`)].join('\n');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
