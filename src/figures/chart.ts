/** A chart of a few series over two axes, as lines or as bars side by side. */
import type { Axis } from './axes.js';
import { mark, MARK_STYLES } from './marks.js';
import { INK, opening, round, text } from './svg.js';

export interface Series {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  /** A second line below the title: what the numbers are of. */
  readonly subtitle: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const WIDTH = 960;
const HEIGHT = 480;
const LEFT = 88;
const RIGHT = 24;
const TOP = 100;
const BOTTOM = 62;
const GRID = '#d8dee4';
/** Width of a letter of the legend, in the mean. */
const LETTER = 7.4;
const MARK = 9;

const place = {
  x: ({ x }: Chart, value: number): number => LEFT + x.at(value) * (WIDTH - LEFT - RIGHT),
  y: ({ y }: Chart, value: number): number => HEIGHT - BOTTOM - y.at(value) * (HEIGHT - TOP - BOTTOM),
};

/** Points are joined, and marked where they are few. */
export function lineChart(chart: Chart): string {
  return drawn(
    chart,
    chart.series.flatMap(({ points }, at) => {
      const style = MARK_STYLES[at]!;
      const spots = points.map(([x, y]) => [place.x(chart, x), place.y(chart, y)] as const);
      const path = spots.map(([x, y], nth) => `${nth === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join(' ');
      const marks = spots.length > 40 ? [] : spots.map(([x, y]) => mark(x, y, MARK, style));
      return [`<path d="${path}" fill="none" stroke="${style.colour}" stroke-width="2"/>`, ...marks];
    }),
  );
}

/** A group of bars for each x: places 0, 1, 2, … of the axis, which leaves room at both ends. */
export function barChart(chart: Chart): string {
  const group = (WIDTH - LEFT - RIGHT) / chart.x.ticks.length;
  const width = (0.8 * group) / chart.series.length;
  const base = HEIGHT - BOTTOM;
  return drawn(
    chart,
    chart.series.flatMap(({ points }, at) =>
      points.map(([x, y]) => {
        const left = place.x(chart, x) + (at - chart.series.length / 2) * width;
        const top = place.y(chart, y);
        return `<rect x="${round(left)}" y="${round(top)}" width="${round(width * 0.94)}" height="${round(Math.max(0, base - top))}" fill="${MARK_STYLES[at]!.colour}"/>`;
      }),
    ),
  );
}

/** Names as the places of an axis for bars. */
export function namedAxis(title: string, names: readonly string[]): Axis {
  return {
    title,
    at: (value) => (value + 0.5) / names.length,
    ticks: names.map((label, value) => ({ value, label })),
  };
}

function drawn(chart: Chart, parts: readonly string[]): string {
  const { title, subtitle, x, y } = chart;
  const base = HEIGHT - BOTTOM;
  const middle = (TOP + base) / 2;
  return [
    opening(WIDTH, HEIGHT, title),
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(16, 28, title, { size: 17, bold: true }),
    text(16, 50, subtitle, { size: 13, faint: true }),
    ...y.ticks.flatMap(({ value, label }) => {
      const at = round(place.y(chart, value));
      return [
        `<path d="M${LEFT} ${at} L${WIDTH - RIGHT} ${at}" stroke="${GRID}" stroke-width="1"/>`,
        text(LEFT - 8, at + 4.5, label, { size: 13, anchor: 'end', faint: true }),
      ];
    }),
    ...x.ticks.map(({ value, label }) =>
      text(place.x(chart, value), base + 20, label, { size: 13, anchor: 'middle', faint: true }),
    ),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, x.title, { size: 13, anchor: 'middle', faint: true }),
    `<g transform="rotate(-90 20 ${middle})">${text(20, middle, y.title, { size: 13, anchor: 'middle', faint: true })}</g>`,
    ...parts,
    `<path d="M${LEFT} ${TOP} L${LEFT} ${base} L${WIDTH - RIGHT} ${base}" fill="none" stroke="${INK}" stroke-width="1"/>`,
    ...legend(chart.series),
    '</svg>',
    '',
  ].join('\n');
}

/** One series needs no legend. */
function legend(series: readonly Series[]): string[] {
  if (series.length < 2) return [];
  let x = LEFT;
  return series.flatMap(({ label }, at) => {
    const left = x;
    x += 40 + label.length * LETTER;
    return [mark(left + 6, 78, MARK, MARK_STYLES[at]!), text(left + 18, 82.5, label, { size: 13 })];
  });
}
