/** Curves and points over two scales. */
import { axisOf } from '../axes.js';
import type { XyPlot } from '../figure.js';
import { SMALL, stroke, type Place } from '../frame.js';
import { textWidth } from '../measure.js';
import { markOf, styleOf } from '../style.js';
import { round } from '../svg.js';
import type { Drawing, Sheet } from './drawn.js';
import { along, namesBeside, placedNames, type Beside, type Spot } from './names.js';

const MARK = 4.5;
/** Points of a line that are marked; a longer one is a line alone. */
const MOST_MARKS = 24;

export function xyDrawing(sheet: Sheet, plot: XyPlot): Drawing {
  const { x, y, series, line } = plot;
  const boxHeight = Math.min(0.6 * sheet.width, 190);
  const points = series.flatMap((one) => one.points);
  const axes = {
    x: axisOf(
      x,
      points.map(([at]) => at),
      sheet.width / 48,
    ),
    y: axisOf(y, [...points.map(([, at]) => at), ...(line === undefined ? [] : [line.at])], boxHeight / 24),
  };
  return {
    content: {
      ...{ ...sheet, boxHeight, ...axes },
      legend: series.map(({ label, as }, at) => ({ label, swatch: (px, py) => swatch(as, at, px, py) })),
      line: line && { axis: 'y', ...line },
    },
    body: ({ place }) => {
      const spots = spotsOf(plot, place);
      const names = namesOf(plot, place);
      return [
        ...series.flatMap(({ as }, at) => [
          ...(as === 'line' ? [curve(spots[at]!, at)] : []),
          ...(as === 'line' && spots[at]!.length > MOST_MARKS
            ? []
            : spots[at]!.map(([px, py]) => markOf(at, px, py, MARK))),
        ]),
        ...names.flatMap((placed, at) => namesBeside(placed, spots[at]!)),
      ];
    },
  };
}

function spotsOf({ series }: XyPlot, { x, y }: Place): Spot[][] {
  return series.map(({ points }) => points.map(([px, py]): Spot => [x(px), y(py)]));
}

/** Names of the points of each series, away from all points and lines. */
export function namesOf(plot: XyPlot, place: Place): Beside[][] {
  const { series, line } = plot;
  const spots = spotsOf(plot, place);
  const across = line === undefined ? [] : along([place.left, place.y(line.at)], [place.right, place.y(line.at)]);
  const curves = series.flatMap(({ as }, at) =>
    as === 'points' ? [] : spots[at]!.slice(1).flatMap((spot, nth) => along(spots[at]![nth]!, spot)),
  );
  const kept = [...spots.flat(), ...curves, ...across];
  return series.map(({ names = [] }, at) => {
    const placed = placedNames(names, spots[at]!, kept, place);
    for (const { middle, name } of placed)
      kept.push(
        ...along(
          [middle[0] - textWidth(name, SMALL) / 2, middle[1]],
          [middle[0] + textWidth(name, SMALL) / 2, middle[1]],
        ),
      );
    return placed;
  });
}

function curve(spots: readonly Spot[], at: number): string {
  const path = spots.map(([x, y], nth) => `${nth === 0 ? 'M' : 'L'}${round(x, 2)} ${round(y, 2)}`).join(' ');
  const { colour, dash } = styleOf(at);
  const dashes = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.1"${dashes}/>`;
}

function swatch(as: 'line' | 'points', at: number, x: number, y: number): string {
  const { colour, dash } = styleOf(at);
  return (as === 'line' ? stroke(x - 5, y, x + 5, y, colour, 1.1, dash) : '') + markOf(at, x, y, MARK);
}
