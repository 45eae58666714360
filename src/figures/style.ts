/**
 * What tells series apart: a colour, and for those who print in grey or see few colours also a mark, a dash or a hatch.
 * Colours: Okabe & Ito, Color Universal Design, which people with any colour vision can tell apart.
 */
import { mark, type Shape } from './marks.js';
import { INK, round } from './svg.js';

export interface Style {
  readonly colour: string;
  readonly shape: Shape;
  /** Lengths of strokes and gaps; empty: solid. */
  readonly dash: string;
  /** Lines over the colour of a bar, as a path in a square of 4 points; empty: none. */
  readonly hatch: string;
}

export const STYLES: readonly Style[] = [
  { colour: '#0072b2', shape: 'circle', dash: '', hatch: '' },
  { colour: '#e69f00', shape: 'square', dash: '4 2', hatch: 'M-1 1 L1 -1 M0 4 L4 0 M3 5 L5 3' },
  { colour: '#009e73', shape: 'diamond', dash: '1.2 1.6', hatch: 'M0 0 L4 4 M-1 3 L1 5 M3 -1 L5 1' },
  { colour: '#cc79a7', shape: 'triangle', dash: '6 2 1.2 2', hatch: 'M0 2 L4 2' },
  { colour: '#56b4e9', shape: 'ring', dash: '3 1', hatch: 'M0 0 L4 4 M0 4 L4 0' },
  { colour: '#d55e00', shape: 'box', dash: '5 1.5 1 1.5 1 1.5', hatch: 'M2 0 L2 4' },
  { colour: '#7a5195', shape: 'plus', dash: '2 2', hatch: 'M0 2 L4 2 M2 0 L2 4' },
  { colour: '#555555', shape: 'cross', dash: '8 2', hatch: 'M1 1 L2 1 M3 3 L4 3' },
  { colour: '#d55e00', shape: 'open diamond', dash: '1 3', hatch: 'M0 1 L4 1 M0 3 L4 3' },
  { colour: '#0072b2', shape: 'open triangle', dash: '6 3', hatch: 'M1 0 L1 4 M3 0 L3 4' },
];

export const styleOf = (at: number): Style => STYLES[at % STYLES.length]!;

/** Definitions of the hatches of a figure; `name` keeps those of several figures on one page apart. */
export function hatchDefinitions(name: string, series: number): string {
  const patterns = STYLES.slice(0, series).map(
    ({ hatch }, at) =>
      `<pattern id="${name}-${at}" width="4" height="4" patternUnits="userSpaceOnUse"><path d="${hatch}" stroke="#1b1f24" stroke-width="0.5" fill="none"/></pattern>`,
  );
  return ['<defs>', ...patterns, '</defs>'].join('');
}

/** A rectangle in the colour and the hatch of a series. */
export function filled(name: string, at: number, x: number, y: number, width: number, height: number): string {
  const { colour, hatch } = styleOf(at);
  const shape = `<rect x="${round(x, 2)}" y="${round(y, 2)}" width="${round(width, 2)}" height="${round(height, 2)}"`;
  const outline = `stroke="${INK}" stroke-width="0.4"`;
  if (hatch === '') return `${shape} fill="${colour}" ${outline}/>`;
  return `${shape} fill="${colour}"/>${shape} fill="url(#${name}-${at % STYLES.length})" ${outline}/>`;
}

export function markOf(at: number, x: number, y: number, size: number): string {
  return mark(x, y, size, styleOf(at));
}
