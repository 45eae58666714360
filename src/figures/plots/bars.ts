/** Bars in groups, side by side or on top of each other, with their spread. */
import { axisOf, namedAxis } from '../axes.js';
import type { BarPlot } from '../figure.js';
import { stroke, type Place } from '../frame.js';
import { filled } from '../style.js';
import { INK } from '../svg.js';
import type { Drawing, Sheet } from './drawn.js';

/** Of the room of a group; the rest is between groups. */
const FILLED = 0.8;

export function barDrawing(sheet: Sheet, plot: BarPlot): Drawing {
  const { groups, groupTitle, y, series, line } = plot;
  const boxHeight = Math.min(0.5 * sheet.width, 150);
  const tops = plot.stacked === true ? groups.map((_, at) => heightOf(plot, series.length, at)) : [];
  const values = [
    ...series.flatMap((one) => [...one.values, ...(one.spread ?? []).flat()]),
    ...tops,
    line?.at ?? null,
  ].filter((value) => value !== null);
  const above = values.filter((value) => value > 0);
  // The least bar on a logarithmic scale is seen too.
  const shown = y.scale === 'linear' || above.length === 0 ? values : [...values, Math.min(...above) / 2];
  return {
    content: {
      ...{ ...sheet, boxHeight, x: namedAxis(groupTitle, groups) },
      y: axisOf(y, shown, boxHeight / 24),
      legend: series.map(({ label }, at) => ({
        label,
        swatch: (px, py) => filled(sheet.name, at, px - 4, py - 3, 8, 6),
      })),
      line: line && { axis: 'y', ...line },
    },
    body: ({ place }) => groups.flatMap((_, group) => groupOf(plot, group, place, sheet.name)),
  };
}

function groupOf(plot: BarPlot, group: number, place: Place, name: string): string[] {
  const { groups, series, stacked = false } = plot;
  const room = (place.right - place.left) / groups.length;
  const width = (FILLED * room) / (stacked ? 1 : series.length);
  return series.flatMap(({ values, spread }, at) => {
    const left = place.x(group) - (FILLED * room) / 2 + (stacked ? 0 : at * width);
    const value = values[group] ?? null;
    if (value === null) {
      const y = place.bottom - 4;
      return stacked ? [] : [stroke(left + width * 0.3, y, left + width * 0.7, y, INK, 0.6)];
    }
    const [base, top] = stacked
      ? [endOf(heightOf(plot, at, group), place), endOf(heightOf(plot, at + 1, group), place)]
      : [endOf(0, place), endOf(value, place)];
    const range = spread?.[group] ?? null;
    return [
      filled(name, at, left, Math.min(base, top), width * (stacked ? 1 : 0.94), Math.abs(base - top)),
      ...(range === null ? [] : spreadOf(left + width * 0.47, endOf(range[0], place), endOf(range[1], place), width)),
    ];
  });
}

/** The sum of a group's first so many series. */
function heightOf({ series }: BarPlot, first: number, group: number): number {
  return series.slice(0, first).reduce((sum, { values }) => sum + (values[group] ?? 0), 0);
}

/** A logarithmic scale has no place for 0: its bars begin at the bottom. */
function endOf(value: number, { y, bottom }: Place): number {
  const at = y(value);
  return Number.isFinite(at) ? Math.min(at, bottom) : bottom;
}

function spreadOf(x: number, low: number, high: number, width: number): string[] {
  const cap = Math.min(3, width * 0.3);
  return [
    stroke(x, low, x, high, INK, 0.8),
    stroke(x - cap, low, x + cap, low, INK, 0.8),
    stroke(x - cap, high, x + cap, high, INK, 0.8),
  ];
}
