/** `vmmu figure`: what can be named, where it goes, and what is refused. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { complaintOf, printedHere } from './in-process.js';
import { expectRefusal, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
const CPI = 'patterson-hennessy/cpi';

test('a figure on stdout is the one that reproduce has written', async () => {
  expect(await printedHere(`figure ${CPI}`)).toBe(readFileSync(`results/${CPI}.svg`, 'utf8'));
  expect(await printedHere(`figure ${CPI} --format tex`)).toBe(readFileSync(`results/${CPI}.tex`, 'utf8'));
  expect(await printedHere('figure patterson-hennessy')).toBe(readFileSync(`results/${CPI}.svg`, 'utf8'));
});

test('a file says its format, a folder takes several figures', async () => {
  for (const suffix of ['svg', 'png', 'pdf', 'tex'])
    await printedHere(`figure ${CPI} -o ${join(folder, `cpi.${suffix}`)}`);
  expect(readFileSync(join(folder, 'cpi.png')).subarray(1, 4).toString()).toBe('PNG');
  expect(readFileSync(join(folder, 'cpi.pdf')).subarray(0, 4).toString()).toBe('%PDF');
  await printedHere(`figure ${CPI} walk-references --format tex -o ${join(folder, 'both')}`);
  expect(readdirSync(join(folder, 'both')).sort()).toEqual([
    'patterson-hennessy-cpi.tex',
    'walk-references-references.tex',
  ]);
});

test('an edited figure is drawn from its file', async () => {
  const data = JSON.parse(readFileSync(`results/${CPI}.json`, 'utf8')) as { title: string };
  const file = join(folder, 'mine.json');
  writeFileSync(file, JSON.stringify({ ...data, title: 'Mine' }));
  expect(await printedHere(`figure ${file}`)).toContain('>Mine</title>');
});

test('one document has all figures', async () => {
  await printedHere(`figure paper -o ${join(folder, 'paper.pdf')}`);
  expect(readFileSync(join(folder, 'paper.pdf')).subarray(0, 4).toString()).toBe('%PDF');
});

writeFileSync(join(folder, 'broken.json'), '{"name": "a"}');
writeFileSync(join(folder, 'text.json'), 'no');
test.each([
  ['figure gup', /^unknown figure 'gup' \(nearest: gups\); allowed: /],
  ['figure', /these are \d+ figures: -o FOLDER, or name one/],
  ['figure paper', /'paper' needs a file: -o paper.pdf/],
  ['figure paper gups -o a.pdf', /name nothing else/],
  ['figure paper -o a.svg', /'paper' is one PDF/],
  [`figure ${CPI} --format png`, /--format png needs a file: -o FILE.png/],
  [`figure ${CPI} -o a.gif`, /-o a.gif: found .gif; allowed: .svg, .png, .pdf, .tex/],
  [`figure ${CPI} --dpi 5`, /--dpi/],
  ['figure broken.json', /^broken.json: .*title/],
  ['figure text.json', /^text.json: found no JSON/],
  ['figure absent.json', /^absent.json: no such file/],
  ['figure --results absent', /^absent: no such file/],
  ['figure --results .', /no experiment has written figures there/],
])('%s: refused', async (args, message) => {
  expect(await complaintOf(args, folder)).toMatch(message);
  expect(existsSync(join(folder, 'a.gif'))).toBe(false);
});

test('an empty name is refused', () => expectRefusal(folder, ['figure', CPI, '-o', ''], /-o: found an empty name/));
