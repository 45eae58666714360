/** A row for each thing, a mark on it for each way of doing it. */
import { axisOf, namedAxis } from '../axes.js';
import type { DotPlot } from '../figure.js';
import { rowHeight, stroke, type Place } from '../frame.js';
import { markOf } from '../style.js';
import type { Drawing, Sheet } from './drawn.js';

const ROW = 13;
const MARK = 5;
const RULE = '#e4e8ec';

export function dotDrawing(sheet: Sheet, { rows, x, series, line }: DotPlot): Drawing {
  const values = [...series.flatMap((one) => one.values), line?.at ?? null].filter((value) => value !== null);
  const shown = series.map((one, at) => ({ ...one, at })).filter((one) => one.values.some(isDrawn));
  return {
    content: {
      ...{ ...sheet, boxHeight: rows.length * rowHeight(rows, sheet.width, ROW) },
      x: axisOf(x, values, sheet.width / 60),
      y: namedAxis('', rows, true),
      legend: shown.map(({ label, at }) => ({ label, swatch: (px, py) => markOf(at, px, py, MARK) })),
      line: line && { axis: 'x', ...line },
    },
    body: ({ place }) =>
      rows.flatMap((_, row) => [
        stroke(place.left, place.y(row), place.right, place.y(row), RULE, 0.5),
        ...marksOf(
          series.map(({ values: given }) => given[row] ?? null),
          row,
          place,
        ),
      ]),
  };
}

const isDrawn = (value: number | null): value is number => value !== null && value > 0;

/** Marks that would cover each other are moved apart across the row. */
function marksOf(values: readonly (number | null)[], row: number, { x, y }: Place): string[] {
  const placed: number[] = [];
  return values.flatMap((value, at) => {
    if (!isDrawn(value)) return [];
    const near = placed.filter((other) => Math.abs(other - x(value)) < MARK * 0.8).length;
    placed.push(x(value));
    const shift = (near % 2 === 0 ? -1 : 1) * Math.ceil(near / 2) * 2.6;
    return [markOf(at, x(value), y(row) + shift, MARK)];
  });
}
