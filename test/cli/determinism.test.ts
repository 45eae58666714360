import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { LONG } from '../long.js';
import { printed, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
const FILES = ['manifest.json', 'page-walks.csv', 'summary.csv', 'vmm-invocations.csv'];

beforeAll(async () => {
  await printed(folder, 'trace gen zipf one.arrows --refs 40k --pages 4096 --name one');
  await printed(folder, 'trace gen uniform two.arrows.br --refs 40k --pages 4096 --every io=1k --name two');
});

/** Everything that a run puts out. */
async function everything(out: string, options: string): Promise<Record<string, string>> {
  const machines = 'amd-zen4,intel-skylake';
  const stdout = await printed(
    folder,
    `run --quiet one.arrows two.arrows.br --machine ${machines} --set host.frames=scattered --seed 7 --format json --out ${out} ${options}`,
  );
  expect(readdirSync(join(folder, out)).sort()).toEqual(FILES);
  return { stdout, ...Object.fromEntries(FILES.map((name) => [name, readFileSync(join(folder, out, name), 'utf8')])) };
}

describe('the same inputs give the same bytes', () => {
  let first: Record<string, string>;
  beforeAll(async () => {
    first = await everything('first', '--workers 1');
  });

  test.each(LONG ? ['--workers 1', '--workers 2', '--workers 8'] : ['--workers 3'])(
    'again with %s',
    async (options) => {
      expect(await everything('again', options)).toEqual(first);
    },
  );

  test('which name no place', () => {
    for (const text of Object.values(first)) expect(text).not.toContain(folder);
  });
});
