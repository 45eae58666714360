/** A tornado: for each input a bar from the result at its low end to that at its high end. */
import * as Plot from '@observablehq/plot';
import type { RangePlot } from '../../../figures/figure.js';
import { ENDS } from '../../../figures/plots/ranges.js';
import { beside, COLOURS, lineAcross, ROW, scaleOf, tipText } from './shared.js';

export function rangeOptions({ rows, x, base, line }: RangePlot, width: number): Plot.PlotOptions {
  const names = rows.map(({ label }) => label);
  const bars = rows.flatMap(({ label, low, high }) => [
    { row: label, end: ENDS[0], ...low },
    { row: label, end: ENDS[1], ...high },
  ]);
  const { axis, layout, length } = beside(names, width);
  return {
    ...layout,
    height: 70 + rows.length * (ROW + 4),
    x: scaleOf(x, [...bars.map(({ result }) => result), base, ...(line === undefined ? [] : [line.at])], length, width),
    y: { domain: names, label: null, padding: 0.2 },
    color: { domain: [...ENDS], range: COLOURS },
    marks: [
      Plot.axisY(axis),
      Plot.barX(bars, { y: 'row', x1: () => base, x2: 'result', fill: 'end' }),
      Plot.ruleX([base]),
      ...lineAcross(line, null),
      Plot.tip(bars, Plot.pointerY({ x: 'result', y: 'row', title: tipOf })),
    ],
  };

  function tipOf({ row, input, result }: (typeof bars)[number]): string {
    return tipText(`${row}: ${input}`, [[x.title, result]]);
  }
}
