// Writes src/figures/font-widths.ts: how wide each letter of the shipped fonts is, so that figures are laid out by measure without reading a font.
import { readFileSync, writeFileSync } from 'node:fs';
import opentype from 'opentype.js';
import prettier from 'prettier';

/** Latin, Greek, punctuation, arrows, operators. */
const RANGES = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x391, 0x3c9],
  [0x2010, 0x2044],
  [0x2190, 0x2195],
  [0x2202, 0x2265],
];

const widths = (file) => {
  const font = opentype.parse(new Uint8Array(readFileSync(file)).buffer);
  if (font.unitsPerEm !== 2048) throw new Error(`${file}: ${font.unitsPerEm} units, expected 2048`);
  return RANGES.map(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, at) => {
      const glyph = font.charToGlyph(String.fromCodePoint(from + at));
      return glyph.index === 0 ? 0 : glyph.advanceWidth;
    }),
  );
};

const tables = ['Regular', 'Bold'].map((style) => widths(`fonts/LiberationSans-${style}.ttf`));
const text = `/** Written by scripts/font-widths.mjs from fonts/: do not edit. */

/** First and last code point of each range. */
export const RANGES: readonly (readonly [number, number])[] = ${JSON.stringify(RANGES)};

/** Advance widths of Liberation Sans by range, in 1/2048 of the font size; 0: the font has no such letter. */
export const REGULAR: readonly (readonly number[])[] = ${JSON.stringify(tables[0])};
export const BOLD: readonly (readonly number[])[] = ${JSON.stringify(tables[1])};
`;
const options = await prettier.resolveConfig('src/figures/font-widths.ts');
writeFileSync('src/figures/font-widths.ts', await prettier.format(text, { ...options, parser: 'typescript' }));
