/** Is every figure as wide as it says, with nothing cut off and no words on top of others? */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import opentype from 'opentype.js';
import { expect, test } from 'vitest';
import { figureSvg } from '../../src/figures/draw.js';
import type { Figure, Plot } from '../../src/figures/figure.js';
import { isDrawable, textWidth } from '../../src/figures/measure.js';
import { storedExperiments } from '../../src/print/stored.js';
import { overlap, textsOf } from './texts.js';

const shipped = (await storedExperiments('results')).flatMap(({ experiment, figures }) =>
  figures.map((figure) => [`${experiment}/${figure.name}`, figure] as const),
);
const WIDTHS = ['column', 'page'] as const;

function expectTidy(figure: Figure, width: Figure['width']): void {
  const svg = figureSvg(figure, true, width);
  const [, right, bottom] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.map(Number) as [number, number, number];
  const texts = textsOf(svg);
  for (const { words, corners } of texts)
    for (const [x, y] of corners) {
      expect([x >= 0, x <= right, y >= 0, y <= bottom], `${words}: cut off at ${x}, ${y}`).toEqual([
        true,
        true,
        true,
        true,
      ]);
    }
  texts.forEach((one, at) => {
    for (const other of texts.slice(0, at)) expect(overlap(one, other), `${one.words} on ${other.words}`).toBe(false);
  });
}

test.each(shipped)('%s has nothing cut off or on top of other words', (_, figure) => {
  for (const width of WIDTHS) expectTidy(figure, width);
});

test.each(shipped)('%s has only letters that the shipped font has', (_, figure) => {
  for (const { words } of textsOf(figureSvg(figure))) expect(isDrawable(words), words).toBe(true);
});

const words = (most: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom('guest', 'TLB', 'nested', '4K', 'of', 'cascade-lake', 'a'), {
      minLength: 1,
      maxLength: most,
    })
    .map((all) => all.join(' '));
const value = fc.oneof(fc.double({ min: 1e-4, max: 1e7, noNaN: true }), fc.integer({ min: 1, max: 40 }));
const scale = fc.record({
  title: words(4),
  scale: fc.constantFrom('linear' as const, 'log2' as const, 'log10' as const),
});
const line = fc.option(fc.record({ at: value, label: words(1) }), { nil: undefined });
const all = <T>(length: number, one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: length, maxLength: length });

const plots: fc.Arbitrary<Plot> = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 })).chain(([groups, series]) =>
    fc.record({
      kind: fc.constant('bars' as const),
      groups: all(groups, words(3)),
      groupTitle: words(3),
      y: scale,
      series: all(series, fc.record({ label: words(2), values: all(groups, fc.option(value)) })),
      stacked: fc.boolean(),
      line: line as fc.Arbitrary<Plot['line'] & object>,
    }),
  ),
  fc.record({
    kind: fc.constant('xy' as const),
    x: scale,
    y: scale,
    series: fc.array(
      fc.record({
        label: words(2),
        as: fc.constantFrom('line' as const, 'points' as const),
        points: fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    line: line as fc.Arbitrary<Plot['line'] & object>,
  }),
  fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9 })).chain(([rows, series]) =>
    fc.record({
      kind: fc.constant('dots' as const),
      rows: all(rows, words(4)),
      x: scale,
      series: all(series, fc.record({ label: words(2), values: all(rows, fc.option(value)) })),
      line: line as fc.Arbitrary<Plot['line'] & object>,
    }),
  ),
);

test('whatever is drawn, at both widths, nothing is cut off and no words are on top of others', () => {
  fc.assert(
    fc.property(plots, words(9), (plot, title) => {
      for (const width of WIDTHS) expectTidy({ name: 'any', title, caption: '', width, plot }, width);
    }),
    { numRuns: 200 },
  );
});

test('a column is 3.33 inches wide, a page 7, and the title and a description are in the file', () => {
  const [, figure] = shipped[0]!;
  expect(figureSvg(figure, false, 'column')).toMatch(/^<svg [^>]*width="3.33in" [^>]*viewBox="0 0 239.76 /);
  expect(figureSvg(figure, false, 'page')).toMatch(/^<svg [^>]*width="7in" [^>]*viewBox="0 0 504 /);
  const svg = figureSvg(figure, false);
  expect(svg).toContain(`<title id="${figure.name}-title">${figure.title.replace(/"/g, '&quot;')}</title>`);
  expect(svg).toContain(`<desc id="${figure.name}-text">`);
  expect(textsOf(svg).map(({ words: drawn }) => drawn)).not.toContain(figure.title);
});

test.each(['Regular', 'Bold'])('widths of letters are those of the shipped font, %s', (style) => {
  const font = opentype.parse(new Uint8Array(readFileSync(`fonts/LiberationSans-${style}.ttf`)).buffer);
  for (const letter of 'Aa0%µ×·–→≥é') {
    const { advanceWidth } = font.charToGlyph(letter);
    expect(textWidth(letter, 2048, style === 'Bold'), letter).toBe(advanceWidth);
  }
});
