/** A tornado: how far each uncertain input moves a result, and whether that turns the conclusion round. */
import { axisOf, namedAxis } from '../axes.js';
import type { RangePlot } from '../figure.js';
import { rowHeight, stroke } from '../frame.js';
import { filled } from '../style.js';
import { INK } from '../svg.js';
import type { Drawing, Sheet } from './drawn.js';

const ROW = 17;
export const ENDS = ['low end of the input', 'high end'] as const;

export function rangeDrawing(sheet: Sheet, { x, base, rows, line }: RangePlot): Drawing {
  const results = rows.flatMap(({ low, high }) => [low.result, high.result]);
  const labels = rows.map(({ label, low, high }) => `${label}: ${low.input} to ${high.input}`);
  return {
    content: {
      ...{ ...sheet, boxHeight: rows.length * rowHeight(labels, sheet.width, ROW) },
      x: axisOf(x, [base, ...results, ...(line === undefined ? [] : [line.at])], sheet.width / 60),
      y: namedAxis('', labels, true),
      legend: ENDS.map((label, at) => ({
        label,
        swatch: (px, py) => filled(sheet.name, at, px - 4, py - 3, 8, 6),
      })),
      line: line && { axis: 'x', ...line },
    },
    body: ({ place }) => [
      ...rows.flatMap(({ low, high }, row) =>
        [low, high].map(({ result }, at) => {
          const [from, to] = [place.x(base), place.x(result)].toSorted((a, b) => a - b) as [number, number];
          // Both ends on one side: the second is drawn narrower, so that the first is seen.
          const height = at === 0 ? 9 : 6;
          return filled(sheet.name, at, from, place.y(row) - height / 2, to - from, height);
        }),
      ),
      stroke(place.x(base), place.top, place.x(base), place.bottom, INK, 0.8),
    ],
  };
}
