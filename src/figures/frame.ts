/** What stands around a plot: title, legend, box, ticks and their labels, laid out by the measure of their words so that nothing meets. All in points. */
import type { Axis } from './axes.js';
import { textWidth, widest, wrapped } from './measure.js';
import { INK, round, text } from './svg.js';

export const SMALL = 7;
const SIZE = 7.5;
const TITLE = 8.5;
const LEADING = 1.2;
const PAD = 4;
const TICK = 2.5;
const SWATCH = 9;
/** Degrees of names that are too long for their place. */
const SLANT = 40;
const GRID = '#d8dee4';
const LINE = '#a93226';

export interface Content {
  /** null: a caption says it. */
  readonly title: string | null;
  readonly width: number;
  readonly boxHeight: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly legend: readonly { readonly label: string; readonly swatch: (x: number, y: number) => string }[];
  /** A value drawn through, of which axis, and its name. */
  readonly line?: { readonly axis: 'x' | 'y'; readonly at: number; readonly label: string } | undefined;
}

/** Where the plot is, and where values are in it. */
export interface Place {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export interface Frame {
  readonly height: number;
  readonly place: Place;
  /** Below the plot's own drawing. */
  readonly behind: readonly string[];
  /** Above it. */
  readonly before: readonly string[];
}

export function frame(content: Content): Frame {
  const { width, title, x, y, line, boxHeight } = content;
  const titleLines = title === null ? [] : wrapped(title, width - 2 * PAD, TITLE, true);
  const yTitle = wrapped(y.title, boxHeight, SIZE);
  const rowLabels = y.ticks.map(({ label }) => (y.named ? rowLines(label, width) : [label]));
  const tickRoom = Math.max(...rowLabels.map((lines) => widest(lines, SIZE)));
  const titleRoom = y.title === '' ? 0 : yTitle.length * SIZE * LEADING + 2;
  const noteRoom = line?.axis === 'y' ? textWidth(line.label, SMALL) + 3 : 0;
  const [firstTick, lastTick] = [0, -1].map((at) => (x.named ? 0 : textWidth(x.ticks.at(at)!.label, SIZE) / 2 + 2)) as [
    number,
    number,
  ];
  const least = PAD + titleRoom + tickRoom + TICK + 2;
  const right = width - Math.max(PAD, noteRoom + PAD, lastTick);
  const left = Math.max(least, firstTick, leftOfSlanted(x, least, right));
  const legendRows = rowsOfLegend(content, width - 2 * PAD);
  const legendTop = PAD + titleLines.length * TITLE * LEADING;
  const top =
    legendTop +
    (y.named ? 0 : 2) +
    legendRows.length * SIZE * 1.35 +
    (line?.axis === 'x' ? SMALL * LEADING + 1 : 0) +
    PAD;
  const bottom = top + boxHeight;
  const place: Place = {
    ...{ left, right, top, bottom },
    x: (value) => left + x.at(value) * (right - left),
    y: (value) => bottom - y.at(value) * boxHeight,
  };
  const below = belowAxis(x, place);
  const xTitle = x.title === '' ? [] : wrapped(x.title, right - PAD, SIZE);
  const titleAt = bottom + below.room + SIZE * LEADING;
  const middle = Math.min((left + right) / 2, width - PAD - widest(xTitle, SIZE) / 2);
  const behind = [
    ...titleLines.map((words, at) =>
      text(PAD, PAD + (at + 0.85) * TITLE * LEADING, words, { size: TITLE, bold: true }),
    ),
    ...legendRows.flatMap((row, at) => legendRow(row, legendTop + (at + 0.9) * SIZE * 1.35)),
    ...grid(content, place),
    ...yLabels(y, rowLabels, place),
    ...below.parts,
    ...xTitle.map((words, at) => text(middle, titleAt + at * SIZE * LEADING, words, { size: SIZE, anchor: 'middle' })),
    ...rotatedTitle(yTitle, (top + bottom) / 2),
  ];
  const before = [
    ...(line === undefined ? [] : drawnLine(line, place)),
    `<rect x="${round(left, 2)}" y="${round(top, 2)}" width="${round(right - left, 2)}" height="${round(boxHeight, 2)}" fill="none" stroke="${INK}" stroke-width="0.6"/>`,
  ];
  return { height: titleAt + (xTitle.length - 1) * SIZE * LEADING + PAD, place, behind, before };
}

/** A name beside its row, in lines. */
function rowLines(label: string, width: number): string[] {
  return wrapped(label, 0.36 * width, SIZE);
}

/** As much as a row needs for its mark and for the longest of the names. */
export function rowHeight(labels: readonly string[], width: number, least: number): number {
  return Math.max(least, ...labels.map((label) => rowLines(label, width).length * SIZE + 3));
}

type Entry = Content['legend'][number];

/** With the gap behind it. */
const entryWidth = ({ label }: Pick<Entry, 'label'>): number => SWATCH + 3 + textWidth(label, SIZE) + 10;

/** Entries side by side as far as they fit; a single series needs none. */
function rowsOfLegend({ legend }: Content, room: number): Entry[][] {
  if (legend.length < 2) return [];
  const rows: Entry[][] = [[]];
  let used = 0;
  for (const entry of legend) {
    const wide = entryWidth(entry);
    if (used > 0 && used + wide > room + 10) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)!.push(entry);
    used += wide;
  }
  return rows;
}

function legendRow(entries: readonly Entry[], baseline: number): string[] {
  let x = PAD;
  return entries.flatMap(({ label, swatch }) => {
    const at = x;
    x += entryWidth({ label });
    return [swatch(at + SWATCH / 2, baseline - SIZE * 0.33), text(at + SWATCH + 3, baseline, label, { size: SIZE })];
  });
}

function grid({ x, y }: Content, { left, right, top, bottom, ...place }: Place): string[] {
  return [
    ...y.ticks.flatMap(({ value }) => {
      const at = place.y(value);
      return y.named ? [] : [stroke(left, at, right, at, GRID, 0.5), stroke(left - TICK, at, left, at, INK, 0.6)];
    }),
    ...x.ticks.flatMap(({ value }) => {
      const at = place.x(value);
      return x.named ? [] : [stroke(at, top, at, bottom, GRID, 0.5), stroke(at, bottom, at, bottom + TICK, INK, 0.6)];
    }),
  ];
}

function yLabels(y: Axis, labels: readonly (readonly string[])[], { left, y: at }: Place): string[] {
  return y.ticks.flatMap(({ value }, nth) => {
    const lines = labels[nth]!;
    const first = at(value) + SIZE * 0.35 - ((lines.length - 1) * SIZE) / 2;
    return lines.map((words, line) => text(left - TICK - 2, first + line * SIZE, words, { size: SIZE, anchor: 'end' }));
  });
}

/** Labels below the box: side by side, in lines, aslant, or fewer of them. */
function belowAxis(x: Axis, { bottom, left, right, x: at }: Place): { room: number; parts: string[] } {
  const slot = (right - left) / x.ticks.length;
  const baseline = bottom + TICK + SIZE;
  const flat = (words: string, value: number, line: number): string =>
    text(at(value), baseline + line * SIZE * 1.1, words, { size: SIZE, anchor: 'middle' });
  if (!x.named) {
    const every = 1 + [0, 1, 2, 3, 4].findIndex((skip) => fits(x, (right - left) / (x.ticks.length - 1), skip + 1));
    const shown = x.ticks.filter((_, nth) => nth % Math.max(1, every) === 0);
    return { room: TICK + SIZE, parts: shown.map(({ label, value }) => flat(label, value, 0)) };
  }
  if (!isSlanted(x, slot)) {
    const lines = x.ticks.map(({ label }) => wrapped(label, slot - 3, SIZE));
    const most = Math.max(1, ...lines.map((words) => words.length));
    const parts = x.ticks.flatMap(({ value }, nth) => lines[nth]!.map((words, line) => flat(words, value, line)));
    return { room: TICK + SIZE * (1 + 1.1 * (most - 1)), parts };
  }
  const degrees = slantOf(slot);
  const { sin, cos } = turn(degrees);
  const slanted = x.ticks.map(({ value, label }) => {
    const [px, py] = [round(at(value) + SIZE * 0.3 * sin, 2), round(bottom + TICK + 1 + SIZE * 0.7 * cos, 2)];
    return `<g transform="rotate(${-degrees} ${px} ${py})">${text(px, py, label, { size: SIZE, anchor: 'end' })}</g>`;
  });
  return { room: TICK + 1 + SIZE * 0.8 * cos + longestOf(x) * sin, parts: slanted };
}

const longestOf = ({ ticks }: Axis): number =>
  widest(
    ticks.map(({ label }) => label),
    SIZE,
  );

/** Names that do not fit below their places in some lines each. */
function isSlanted({ ticks }: Axis, slot: number): boolean {
  return ticks
    .map(({ label }) => wrapped(label, slot - 3, SIZE))
    .some((lines) => lines.length > 4 || widest(lines, SIZE) > slot - 2);
}

/** Degrees; upright where slanted names would lie on each other. */
function slantOf(slot: number): number {
  return slot * turn(SLANT).sin < SIZE ? 90 : SLANT;
}

function turn(degrees: number): { sin: number; cos: number } {
  return { sin: Math.sin((degrees * Math.PI) / 180), cos: Math.cos((degrees * Math.PI) / 180) };
}

/** Where the box has to begin, so that slanted names do not begin before the drawing. */
function leftOfSlanted(x: Axis, least: number, right: number): number {
  const slot = (right - least) / x.ticks.length;
  if (!x.named || !isSlanted(x, slot)) return least;
  const { cos } = turn(slantOf(slot));
  return Math.max(
    ...x.ticks.map(({ label }, nth) => {
      const share = (nth + 0.5) / x.ticks.length;
      return (PAD + textWidth(label, SIZE) * cos - share * right) / (1 - share);
    }),
  );
}

/** Whether every so many labels stand apart at this distance of ticks. */
function fits({ ticks }: Axis, distance: number, every: number): boolean {
  const shown = ticks.filter((_, at) => at % every === 0).map(({ label }) => textWidth(label, SIZE));
  return shown.every((width, at) => at === 0 || (width + shown[at - 1]!) / 2 + 4 <= distance * every);
}

function rotatedTitle(lines: readonly string[], middle: number): string[] {
  return lines.map((words, at) => {
    const x = round(PAD + (at + 0.8) * SIZE * LEADING, 2);
    return `<g transform="rotate(-90 ${x} ${round(middle, 2)})">${text(x, middle, words, { size: SIZE, anchor: 'middle' })}</g>`;
  });
}

function drawnLine({ axis, at, label }: NonNullable<Content['line']>, place: Place): string[] {
  if (axis === 'y') {
    const y = place.y(at);
    return [
      stroke(place.left, y, place.right, y, LINE, 0.9, '3 2'),
      text(place.right + 3, y + SMALL * 0.35, label, { size: SMALL, colour: LINE }),
    ];
  }
  const x = place.x(at);
  const half = textWidth(label, SMALL) / 2;
  const middle = Math.min(Math.max(x, half + PAD), place.right - half);
  return [
    stroke(x, place.top, x, place.bottom, LINE, 0.9, '3 2'),
    text(middle, place.top - 2.5, label, { size: SMALL, anchor: 'middle', colour: LINE }),
  ];
}

export function stroke(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  colour: string,
  width: number,
  dashes = '',
): string {
  const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
  return `<path d="M${round(x1, 2)} ${round(y1, 2)} L${round(x2, 2)} ${round(y2, 2)}" stroke="${colour}" stroke-width="${width}"${dash} fill="none"/>`;
}
