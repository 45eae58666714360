/** How much room words need, in the widths of the shipped fonts. */
import { linesOf } from '../report/lines.js';
import { BOLD, RANGES, REGULAR } from './font-widths.js';

/** Letters that the font lacks are drawn by another: as wide as a capital M. */
const UNKNOWN = 1706;

/** Points, for a font size in points. */
export function textWidth(words: string, size: number, bold = false): number {
  let units = 0;
  for (const letter of words) units += widthOf(letter.codePointAt(0)!, bold) || UNKNOWN;
  return (units / 2048) * size;
}

/** Whether the shipped font has all letters. */
export function isDrawable(words: string): boolean {
  return Array.from(words).every((letter) => widthOf(letter.codePointAt(0)!, false) > 0);
}

/** Lines that are no wider than `room`, broken at spaces; a word that is wider stands alone. */
export function wrapped(words: string, room: number, size: number, bold = false): string[] {
  return linesOf(words, (line) => textWidth(line, size, bold) <= room);
}

export function widest(lines: readonly string[], size: number, bold = false): number {
  return Math.max(0, ...lines.map((line) => textWidth(line, size, bold)));
}

function widthOf(code: number, bold: boolean): number {
  const at = RANGES.findIndex(([from, to]) => code >= from && code <= to);
  return at < 0 ? 0 : (bold ? BOLD : REGULAR)[at]![code - RANGES[at]![0]]!;
}
