import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectRefusal, printed, temporaryFolder } from '../cli/vmmu.js';

const EXAMPLES = join(import.meta.dirname, '../../examples');
const FLEET = join(EXAMPLES, 'database/fleet.yaml');
const SMALLER = join(EXAMPLES, 'build-farm/fleet.yaml');
const folder = temporaryFolder();

describe('vmmu plan', () => {
  test('--out: the page, the data, and figures for each kind of host; stdout is what --format says', async () => {
    const csv = await printed(folder, ['plan', FLEET, '--out', 'plan', '--format', 'csv']);
    const files = readdirSync(join(folder, 'plan'));
    const figures = ['overhead', 'crossover'].flatMap((name) =>
      ['rome', 'genoa'].flatMap((host) => [`${name}-${host}.json`, `${name}-${host}.svg`]),
    );
    expect(files.sort()).toEqual([...figures, 'README.md', 'plan.csv', 'plan.json'].sort());
    expect(readFileSync(join(folder, 'plan/plan.csv'), 'utf8')).toBe(csv);
    const { answer } = JSON.parse(readFileSync(join(folder, 'plan/plan.json'), 'utf8')) as { answer: string[] };
    const page = readFileSync(join(folder, 'plan/README.md'), 'utf8');
    expect(page.startsWith(`# database\n\n${answer[0]!}\n`)).toBe(true);
  });

  test('the answer alone is what the tables begin with', async () => {
    const [answer, table] = await Promise.all(
      ['answer', 'table'].map((format) => printed(folder, ['plan', SMALLER, '--format', format])),
    );
    const words = (text: string): string => text.replace(/\s+/g, ' ');
    expect(words(table!).startsWith(words(answer!).trimEnd())).toBe(true);
    expect(Math.max(...table!.split('\n').map((line) => line.length))).toBeLessThanOrEqual(150);
  });

  test.each([
    ['nothing.yaml', /nothing.yaml: no such file/],
    ['bad.yaml', /bad.yaml:1:1: .*unknown key 'hots' \(nearest: hosts\)/],
    ['broken.yaml', /broken.yaml:1:\d+: /],
  ])('%s is one line, and status 2', async (file, message) => {
    writeFileSync(join(folder, 'bad.yaml'), 'hots: 1\n');
    writeFileSync(join(folder, 'broken.yaml'), 'hosts: [');
    await expectRefusal(folder, ['plan', file, '--out', 'never'], message);
    expect(readdirSync(folder)).not.toContain('never');
  });
});
