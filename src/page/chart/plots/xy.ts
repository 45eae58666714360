/** Curves and points over two scales. */
import * as Plot from '@observablehq/plot';
import type { XyPlot } from '../../../figures/figure.js';
import { BELOW, COLOURS, lineAlong, scaleOf, tipText } from './shared.js';

export function xyOptions({ x, y, series, line }: XyPlot, width: number): Plot.PlotOptions {
  const points = series.flatMap(({ label, as, points, names }) =>
    points.map(([px, py], at) => ({ series: label, as, x: px, y: py, name: names?.[at] ?? '' })),
  );
  const drawnAs = (kind: 'line' | 'points') => points.filter(({ as }) => as === kind);
  const place = { x: 'x', y: 'y' } as const;
  const height = Math.min(420, Math.max(260, width * 0.5));
  const across = points.map((point) => point.x);
  const upwards = [...points.map((point) => point.y), ...(line === undefined ? [] : [line.at])];
  const named = drawnAs('points');
  const middle = Math.max(...across, x.to ?? 0) / 2;
  const isLeft = (point: (typeof points)[number]): boolean => point.x < middle;
  const label = { text: 'name', dy: -9, fill: 'currentColor', stroke: 'var(--back)', strokeWidth: 4 } as const;
  return {
    width,
    height,
    marginLeft: 64,
    marginRight: 28,
    marginBottom: BELOW,
    x: scaleOf(x, across, width - 92, width),
    y: { ...scaleOf(y, upwards, height - BELOW, width), labelOffset: 58 },
    color: { domain: series.map(({ label }) => label), range: COLOURS },
    marks: [
      Plot.frame({ stroke: 'var(--line)' }),
      ...lineAlong(line),
      Plot.lineY(drawnAs('line'), { ...place, stroke: 'series', z: 'series', strokeWidth: 2 }),
      Plot.dot(drawnAs('points'), { ...place, stroke: 'series', r: 4, strokeWidth: 2, fill: 'var(--back)' }),
      // Beside the point, on the side where there is room.
      Plot.text(named.filter(isLeft), { ...place, ...label, textAnchor: 'start', dx: 9 }),
      Plot.text(
        named.filter((point) => !isLeft(point)),
        { ...place, ...label, textAnchor: 'end', dx: -9 },
      ),
      Plot.tip(points, Plot.pointerX({ ...place, title: tipOf })),
    ],
  };

  function tipOf({ name, series, x: px, y: py }: (typeof points)[number]): string {
    return tipText(name === '' || name === series ? series : `${series}, ${name}`, [
      [x.title, px],
      [y.title, py],
    ]);
  }
}
