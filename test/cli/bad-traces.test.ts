import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeTrace } from '../../src/trace/file-writer.js';
import { handMade, HEADER, type Row } from '../trace/hand-made.js';
import { rowsOf } from './rows.js';
import { expectRefusal, printed, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  await printed(folder, 'trace gen uniform good.arrows --refs 2k --pages 64');
  const good = readFileSync(path('good.arrows'));
  writeFileSync(path('cut.arrows'), good.subarray(0, good.length - 100));
  const flipped = Buffer.from(good);
  flipped[good.length >> 1]! ^= 0x10;
  writeFileSync(path('flipped.arrows'), flipped);
  writeFileSync(path('empty.arrows'), '');
  writeFileSync(path('text.txt'), 'R 0x1000\nW 0x2000\n');
  writeFileSync(path('result.json'), '{"schema": "vmmu/run@1"}');
  writeFileSync(path('text.arrows.gz'), gzipSync('R 0x1000\n'));
  mkdirSync(path('folder.arrows'));
});

const BAD = [
  ['cut.arrows', /^vmmu: cut\.arrows: byte \d+ \/ row \d+: found the end of the file; expected /],
  ['flipped.arrows', /^vmmu: flipped\.arrows: byte \d+ \/ row 0: found .*; expected /],
  ['empty.arrows', /^vmmu: empty\.arrows: byte 0: found an empty file; expected a trace/],
  ['text.txt', /^vmmu: text\.txt: byte 0: found the bytes [0-9a-f]+; expected a trace \(native or vruns, vmtrace\)/],
  ['result.json', /^vmmu: result\.json: byte 0: found the bytes 7b/],
  ['text.arrows.gz', /^vmmu: text\.arrows\.gz: byte 0: found the bytes/],
  ['folder.arrows', /^vmmu: folder\.arrows: found a directory; expected a trace file/],
  ['/dev/null', /^vmmu: \/dev\/null: byte 0: found an empty file; expected a trace/],
  ['nothing.arrows', /^vmmu: nothing\.arrows: no such file/],
  ['rediss', /^vmmu: no such file, and unknown shipped trace 'rediss' \(nearest: redis\); allowed: boot, cc1, /],
] as const;

describe('what is no trace, or no longer one, is refused', () => {
  test.each(BAD)('%s', (name, message) => expectRefusal(folder, `trace info ${name}`, message));

  test.each(BAD.slice(0, 2))('%s, found only when it is half converted', async (name, message) => {
    await expectRefusal(folder, `trace convert ${name} copy.arrows`, message);
    expect(readdirSync(folder)).not.toContainEqual(expect.stringMatching(/^copy/));
  });

  test.each(BAD.slice(0, 2))('%s, found only when the replay has begun', async (name, message) => {
    await expectRefusal(folder, `run ${name} --out results`, message);
    expect(readdirSync(folder)).not.toContain('results');
  });
});

describe('what no replay can do is refused or counted', () => {
  async function handWritten(name: string, ...rows: Partial<Row>[]): Promise<void> {
    const whole = rows.map((row): Row => ({ kind: 'read', space: 0, page: null, count: 0, operands: [], ...row }));
    await writeTrace(path(name), handMade(whole, { ...HEADER, name }));
  }

  test('table writes in a user trace', async () => {
    await handWritten('tables.arrows', { kind: 'tableWrite', operands: [1n, 4096n, 7n] });
    await expectRefusal(
      folder,
      'run tables.arrows',
      'tables.arrows: event tableWrite in a user trace; table events belong to full-system traces',
    );
  });

  test('a read where nothing is mapped is counted as one that has no translation', async () => {
    await handWritten('unmapped.arrows', { kind: 'read', page: 0x1234, count: 1 });
    const rows = await rowsOf(folder, 'unmapped.arrows');
    for (const { counters } of rows)
      expect(counters).toMatchObject({ refs: 1, tlbMisses: 1, untranslatedRuns: 1, walks: 0, walkRefs: 0 });
  });

  test('nothing at all is no mistake: a trace without rows has zeros', async () => {
    await handWritten('none.arrows');
    expect(await printed(folder, 'run none.arrows --strategy native --format csv')).toContain('none.arrows,amd-zen4,');
  });

  test('a filtered trace on TLBs that its filter does not fit, unless that is asked for', async () => {
    await expectRefusal(
      folder,
      'run boot',
      'boot.arrows.br: captured through a filter of 512 pages',
      '--allow-inexact',
    );
  });

  test('two traces of one name, whose rows nobody could tell apart', async () => {
    await printed(folder, 'trace gen uniform other.arrows --refs 1k --pages 16');
    await expectRefusal(
      folder,
      'run good.arrows other.arrows',
      "other.arrows: found a trace named 'uniform', as that of good.arrows",
    );
    await printed(folder, 'trace convert other.arrows another.arrows --name another');
    const csv = await printed(folder, 'run good.arrows another.arrows --strategy native --format csv');
    expect(csv.split('\n').map((line) => line.split(',')[0])).toEqual(['trace', 'uniform', 'another', '']);
  });
});
