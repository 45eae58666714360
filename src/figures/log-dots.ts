/** A dot plot: a line for each thing, a mark on it for each way of doing it, on a logarithmic axis, with one value drawn through. */
import { mark, MARK_STYLES } from './marks.js';
import { opening, round, text } from './svg.js';

export interface DotRow {
  readonly label: string;
  /** A value for each series; null where there is none. */
  readonly values: readonly (number | null)[];
}

export interface LogDots {
  readonly title: string;
  readonly axis: string;
  /** Each with its mark, the same in all figures of a kind; null: not in this one, and not in its legend. */
  readonly series: readonly (string | null)[];
  readonly rows: readonly DotRow[];
  /** A value to compare with, and what it is called. */
  readonly line: { readonly at: number; readonly label: string };
}

const WIDTH = 960;
const LEFT = 300;
const RIGHT = 40;
const ROW = 27;
const TOP = 56;
const LEGEND_LINE = 22;
const LEGEND_COLUMNS = 3;
const MARK = 10;
const GRID = '#d8dee4';

export function logDots({ title, axis, series, rows, line }: LogDots): string {
  const values = rows.flatMap((row) => row.values).filter((value) => value !== null && value > 0) as number[];
  const low = Math.floor(Math.log10(Math.min(1, ...values)));
  const high = Math.ceil(Math.log10(Math.max(line.at, ...values)));
  const x = (value: number): number => LEFT + ((Math.log10(value) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const bottom = TOP + rows.length * ROW;
  const named = series.flatMap((name, style) => (name === null ? [] : [{ name, style }]));
  const legend = Math.ceil(named.length / LEGEND_COLUMNS) * LEGEND_LINE;
  const height = bottom + 58 + legend;
  const decades = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  return [
    opening(WIDTH, height, title),
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(16, 28, title, { size: 17, bold: true }),
    ...decades.map((power) => vertical(x(10 ** power), TOP, bottom, GRID, 1)),
    ...decades.map((power) =>
      text(x(10 ** power), bottom + 18, tick(power), { size: 13, anchor: 'middle', faint: true }),
    ),
    vertical(x(line.at), TOP - 6, bottom, '#c0392b', 2, '6 4'),
    text(x(line.at) + 6, TOP - 8, line.label, { size: 13, bold: true, colour: '#a93226' }),
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 40, axis, { size: 13, anchor: 'middle', faint: true }),
    ...rows.flatMap((row, at) => rowParts(row, TOP + (at + 0.5) * ROW, x)),
    ...named.flatMap(({ name, style }, at) => legendEntry(name, style, at, bottom + 64)),
    '</svg>',
    '',
  ].join('\n');
}

/** Marks that would cover each other are moved apart across the line. */
function rowParts({ label, values }: DotRow, y: number, x: (value: number) => number): string[] {
  const placed: number[] = [];
  const marks = values.flatMap((value, at) => {
    if (value === null || value <= 0) return [];
    const near = placed.filter((other) => Math.abs(other - x(value)) < MARK * 0.8).length;
    placed.push(x(value));
    const shift = (near % 2 === 0 ? -1 : 1) * Math.ceil(near / 2) * 5;
    return [mark(x(value), y + shift, MARK, MARK_STYLES[at]!)];
  });
  const rule = `<path d="M${LEFT} ${y} L${WIDTH - RIGHT} ${y}" stroke="${GRID}" stroke-width="1"/>`;
  return [rule, text(LEFT - 12, y + 4.5, label, { size: 14, anchor: 'end' }), ...marks];
}

function legendEntry(name: string, style: number, at: number, top: number): string[] {
  const column = (WIDTH - 32) / LEGEND_COLUMNS;
  const x = 24 + (at % LEGEND_COLUMNS) * column;
  const y = top + Math.floor(at / LEGEND_COLUMNS) * LEGEND_LINE;
  return [mark(x, y, MARK, MARK_STYLES[style]!), text(x + 14, y + 4.5, name, { size: 13 })];
}

function tick(power: number): string {
  return power >= 0 ? `${(10 ** power).toLocaleString('en-US')}×` : `1/${(10 ** -power).toLocaleString('en-US')}×`;
}

function vertical(x: number, from: number, to: number, colour: string, width: number, dashes = ''): string {
  const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
  return `<path d="M${round(x)} ${from} L${round(x)} ${to}" stroke="${colour}" stroke-width="${width}"${dash}/>`;
}
