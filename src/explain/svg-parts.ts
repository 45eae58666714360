/** The few shapes that the slide is drawn with, and its colours. Text is dark on light fills, and what is saved is hatched: both print in grey. */

import { INK, opening, round } from '../figures/svg.js';

/** What served or saved a reference, and how its cell is filled. */
export const FILLS = {
  L1: '#b7e4c7',
  L2: '#a9d6e5',
  L3: '#ffe08a',
  memory: '#f7b57c',
  'walk cache': 'url(#hatched)',
  'nested TLB': 'url(#dotted)',
} as const;
export type Filled = keyof typeof FILLS;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function rectangle({ x, y, width, height }: Box, fill: string, stroke: string, strokeWidth: number): string {
  const place = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="8"`;
  return `<rect ${place} fill="${fill}" stroke="${stroke}" stroke-width="${round(strokeWidth)}"/>`;
}

/** Straight lines through points, with an arrow head at the end. */
export function arrow(points: readonly (readonly [number, number])[]): string {
  const path = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join(' ');
  return `<path d="${path}" fill="none" stroke="${INK}" stroke-width="2.5" stroke-linejoin="round" marker-end="url(#tip)"/>`;
}

/** A slide of 16:9. */
export function slide(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    opening(width, height, title),
    '<defs>',
    `<marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="14" markerHeight="14" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="${INK}"/></marker>`,
    `<pattern id="hatched" width="10" height="10" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="10" height="10" fill="#ffffff"/><rect width="3" height="10" fill="#c9ced4"/></pattern>`,
    `<pattern id="dotted" width="9" height="9" patternUnits="userSpaceOnUse"><rect width="9" height="9" fill="#ffffff"/><circle cx="4.5" cy="4.5" r="1.8" fill="#aab2bb"/></pattern>`,
    '</defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
