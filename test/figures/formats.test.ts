/** Does a figure say the same as SVG, PNG, PDF and pgfplots, and is it the same to the byte each time? */
import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { figureSvg } from '../../src/figures/draw.js';
import type { Figure } from '../../src/figures/figure.js';
import { pgfplots } from '../../src/figures/pgfplots.js';
import { figureSchema } from '../../src/figures/schema.js';
import { optional } from '../../src/print/optional.js';
import { svgPdf } from '../../src/print/pdf.js';
import { png } from '../../src/print/png.js';
import { textsOf } from './texts.js';

const figure: Figure = {
  name: 'ratios',
  title: 'Shadow over nested & back',
  caption: 'Two of them.',
  width: 'column',
  plot: {
    kind: 'bars',
    groups: ['gups', 'b-tree'],
    groupTitle: 'workload',
    y: { title: 'ratio', scale: 'linear' },
    series: [
      { label: '100 % shadow', values: [1.5, null], spread: [[1.25, 2], null] },
      { label: 'nested', values: [1, 4] },
    ],
    line: { at: 1, label: 'equal' },
  },
};

test('the picture for LaTeX has the data, its spread and the escaped words', () => {
  const tex = pgfplots(figure);
  expect(tex).toContain('coordinates {(0,1.5) += (0,0.5) -= (0,0.25)};');
  expect(tex).toContain('coordinates {(0,1) (1,4)};');
  expect(tex).toContain('\\addlegendentry{100 \\% shadow}');
  expect(tex).toContain('% Shadow over nested & back');
  expect(tex.split('{').length).toBe(tex.split('}').length);
});

test('the picture for LaTeX has the ticks of the drawing', () => {
  const labels = /yticklabels=\{(.*)\}/
    .exec(pgfplots(figure))![1]!
    .split(',')
    .map((label) => label.slice(1, -1));
  const drawn = textsOf(figureSvg(figure)).map(({ words }) => words);
  expect(labels.length).toBeGreaterThan(2);
  for (const label of labels) expect(drawn).toContain(label);
});

test('a bar that is not there is told from a bar of nothing, and a spread has a line', () => {
  const svg = figureSvg(figure, false);
  const bars = (one: string): number => one.split('<rect').length;
  const { plot } = figure;
  const without =
    plot.kind === 'bars' ? { ...plot, series: [{ ...plot.series[0]!, values: [1.5, 0] }, plot.series[1]!] } : plot;
  expect(bars(figureSvg({ ...figure, plot: without }, false))).toBe(bars(svg) + 1);
});

test('PNG has as many dots as inches times dots by inch, the same each time', async () => {
  const drawn = Buffer.from(await png(figureSvg(figure), 300));
  expect(drawn.readUInt32BE(16)).toBe(999); // 3.33 × 300
  expect(drawn.equals(Buffer.from(await png(figureSvg(figure), 300)))).toBe(true);
});

test('PDF is as large as the drawing, has its letters in it, and is the same each time', async () => {
  const drawn = Buffer.from(await svgPdf(figureSvg(figure), figure.title));
  const text = drawn.toString('latin1');
  expect(text).toMatch(/\/MediaBox ?\[0 0 239\.76/);
  expect(text).toMatch(/\/FontFile2/);
  expect(text).toMatch(/\/BaseFont ?\/[A-Z]{6}\+LiberationSans/); // a tag of six letters: a subset
  expect(drawn.equals(Buffer.from(await svgPdf(figureSvg(figure), figure.title)))).toBe(true);
});

test('a package that is not installed is named, with how to install it', async () => {
  const missing = optional(() => Promise.reject(new Error('Cannot find package')), 'some-package', 'PDF');
  await expect(missing).rejects.toThrow(UsageError);
  await expect(missing).rejects.toThrow(
    'PDF needs the package some-package, which is not installed here: npm install some-package',
  );
});

test('a figure survives the way into a file and back', () => {
  expect(figureSchema.parse(JSON.parse(JSON.stringify(figure)))).toEqual(figure);
});
