/** Is what `results` holds what `vmmu reproduce` writes, whatever the number of workers? All quick forms are compared in .ci/run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXPERIMENTS } from '../../src/experiments/index.js';
import { contentsPage } from '../../src/print/contents.js';
import { storedExperiments } from '../../src/print/stored.js';
import { printedHere } from '../cli/in-process.js';
import { temporaryFolder } from '../cli/vmmu.js';
import { LONG } from '../long.js';

const folder = temporaryFolder();

async function expectSame(experiment: string, workers: number): Promise<void> {
  const out = join(folder, String(workers));
  await printedHere(`reproduce ${experiment} --quiet --workers ${workers} --out ${out}`);
  const kept = join('results', experiment);
  const files = readdirSync(kept).sort();
  expect(readdirSync(join(out, experiment)).sort()).toEqual(files);
  for (const file of files)
    expect(readFileSync(join(out, experiment, file)).equals(readFileSync(join(kept, file))), file).toBe(true);
}

test.each(['patterson-hennessy', 'walk-references'])('%s, byte for byte', (name) => expectSame(name, 1));

if (LONG)
  test.each([1, 2])('break-even, byte for byte, with %d workers', (workers) => expectSame('break-even', workers));

test('there are results of each experiment, and of no other', async () => {
  const stored = await storedExperiments('results');
  expect(stored.map(({ experiment }) => experiment)).toEqual(Object.keys(EXPERIMENTS).sort());
});

test('the page of answers is made of them', async () => {
  expect(readFileSync('results/experiments.md', 'utf8')).toBe(contentsPage(await storedExperiments('results')));
});

test('quick results are those of the experiments that are short', () => {
  const short = Object.entries(EXPERIMENTS).filter(([, experiment]) => !('long' in experiment));
  const kept = readdirSync('results/quick', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(kept.map(({ name }) => name).sort()).toEqual(short.map(([name]) => name).sort());
});

test('each table is there as CSV, as Arrow and for LaTeX', async () => {
  for (const { experiment } of await storedExperiments('results')) {
    const files = readdirSync(join('results', experiment));
    const tables = files.filter((file) => file.endsWith('.csv')).map((file) => file.slice(0, -4));
    expect(tables.length, experiment).toBeGreaterThan(0);
    for (const table of tables) expect(files).toContain(`${table}.arrow`);
    expect(existsSync(join('results', experiment, 'tables.tex'))).toBe(true);
  }
});

test('the exercise has a CPI of 1.03 under shadow paging and of 1.04 under nested paging', async () => {
  const printed = JSON.parse(await printedHere('reproduce patterson-hennessy --format json')) as {
    answer: string[];
    records: { cpi: { tlbMissesPer1000: number; shadowCpi: number; nestedCpi: number }[] };
  };
  const row = printed.records.cpi.find(({ tlbMissesPer1000 }) => Math.abs(tlbMissesPer1000 - 0.2) < 1e-9)!;
  expect([row.shadowCpi.toFixed(2), row.nestedCpi.toFixed(2)]).toEqual(['1.03', '1.04']); // 1 + 0.001 · 30, 1 + 0.2 · 0.2
  expect(printed.answer[0]).toContain('shadow paging wins');
});
