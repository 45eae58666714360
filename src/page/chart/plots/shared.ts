/** What all plots have in common: scales, margins, colours, the line through a plot, and what stands under the pointer. */
import * as Plot from '@observablehq/plot';
import type { Line, Scale } from '../../../figures/figure.js';
import { numberText } from '../numbers.js';

/** As many as the style sheet has. */
export const COLOURS = Array.from({ length: 8 }, (_, at) => `var(--s${at})`);

/** Height of a name and its mark; room below for ticks and title. */
export const ROW = 22;
export const BELOW = 48;
const LETTER = 7.8;

/** Where titles of axes have no room in the drawing, they stand below it. */
export function isNarrow(width: number): boolean {
  return width < 700;
}

/**
 * @param values all that has to find a place; on a logarithmic scale what is not above 0 has none
 * @param length of the axis, in pixels
 * @param width of the whole drawing
 */
export function scaleOf(
  { title, scale, from, to }: Scale,
  values: readonly number[],
  length: number,
  width: number,
): Plot.ScaleOptions {
  const shared = {
    label: isNarrow(width) ? null : title,
    labelAnchor: 'center',
    labelArrow: 'none',
    labelOffset: BELOW - 12,
    grid: true,
    tickFormat: (value: number) => tickText(value),
  } as const;
  if (scale === 'linear') {
    const least = from ?? Math.min(0, ...values);
    const most = to ?? Math.max(0, ...values);
    return { ...shared, type: 'linear', nice: to === undefined, domain: [least, most > least ? most : least + 1] };
  }
  const above = values.filter((value) => value > 0);
  const least = from ?? (above.length === 0 ? 1 : Math.min(...above));
  const most = to ?? (above.length === 0 ? 10 : Math.max(...above));
  const base = scale === 'log2' ? 2 : 10;
  const [low, high] = least < most ? [least, most] : [least / base, least * base];
  const domain = [from ?? floorPower(base, low), to ?? 1 / floorPower(base, 1 / high)];
  return { ...shared, type: 'log', base, domain, ticks: powers(base, domain, length / PIXELS_PER_TICK) };
}

const PIXELS_PER_TICK = 56;

function floorPower(base: number, value: number): number {
  return base ** Math.floor(Math.log(value) / Math.log(base) + 1e-9);
}

/** Powers of the base in a domain, as many as there is room for: every one, every second … */
function powers(base: number, [from, to]: readonly number[], most: number): number[] {
  const exponents = [];
  for (let at = Math.ceil(Math.log(from!) / Math.log(base) - 1e-9); base ** at <= to! * (1 + 1e-9); at++)
    exponents.push(at);
  const step = Math.max(1, Math.ceil(exponents.length / Math.max(2, most)));
  return exponents.filter((_, at) => at % step === 0).map((exponent) => base ** exponent);
}

function tickText(value: number): string {
  const size = Math.abs(value);
  return size >= 1e5 || (size !== 0 && size < 1e-3)
    ? value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 4 })
    : numberText(value);
}

/** Names take what they need, but leave the marks most of the width; what is longer ends in an ellipsis. */
export function beside(names: readonly string[], width: number) {
  const longest = Math.max(...names.map(({ length }) => length), 4);
  const marginLeft = Math.min(longest * LETTER + 20, width * 0.42);
  const axis = { label: null, tickSize: 0, textOverflow: 'ellipsis', lineWidth: marginLeft / 12 } as const;
  const marginRight = 28;
  const length = width - marginLeft - marginRight;
  return { axis, layout: { width, marginLeft, marginBottom: BELOW, marginRight }, length };
}

/** Upright, at a value of x. @param first the facet that its label stands in; null: there are none */
export function lineAcross(line: Line | undefined, first: string | null): Plot.Markish[] {
  if (line === undefined) return [];
  const { at, label } = line;
  const facet = first === null ? {} : { fy: () => first };
  return [
    Plot.ruleX([at], { stroke: 'currentColor', strokeDasharray: '4 3' }),
    Plot.text([at], {
      ...facet,
      x: (x: number) => x,
      frameAnchor: 'top',
      textAnchor: 'start',
      dx: 4,
      dy: -14,
      ...words(label),
    }),
  ];
}

/** Level, at a value of y. */
export function lineAlong(line: Line | undefined): Plot.Markish[] {
  if (line === undefined) return [];
  const { at, label } = line;
  return [
    Plot.ruleY([at], { stroke: 'currentColor', strokeDasharray: '4 3' }),
    Plot.text([at], { y: (y: number) => y, frameAnchor: 'right', textAnchor: 'end', dy: -7, ...words(label) }),
  ];
}

function words(label: string) {
  return { text: () => label, fill: 'currentColor', stroke: 'var(--back)', strokeWidth: 4 };
}

/** A name, and values by their titles. */
export function tipText(name: string, values: readonly (readonly [title: string, value: number])[]): string {
  return [name, ...values.map(([title, value]) => `${title}: ${numberText(value)}`)].join('\n');
}
