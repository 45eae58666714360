import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeTrace } from '../../src/trace/file-writer.js';
import { handMade, HEADER, type Row } from '../trace/hand-made.js';
import { complaintOf, printedHere } from './in-process.js';
import { rowsOf } from './rows.js';
import { expectRefusal, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  await printedHere('trace gen uniform good.arrows --refs 2k --pages 64', folder);
  const good = readFileSync(path('good.arrows'));
  writeFileSync(path('cut.arrows'), good.subarray(0, good.length - 100));
  const flipped = Buffer.from(good);
  flipped[good.length >> 1]! ^= 0x10;
  writeFileSync(path('flipped.arrows'), flipped);
  writeFileSync(path('empty.arrows'), '');
  writeFileSync(path('text.txt'), 'read 0x1000\nwrite 0x2000\n');
  writeFileSync(path('result.json'), '{"schema": "vmmu/run@1"}');
  writeFileSync(path('text.arrows.gz'), gzipSync('read 0x1000\n'));
  mkdirSync(path('folder.arrows'));
});

const BAD = [
  ['cut.arrows', /^cut\.arrows: byte \d+ \/ row \d+: found the end of the file; expected /],
  ['flipped.arrows', /^flipped\.arrows: byte \d+ \/ row 0: found .*; expected /],
  ['empty.arrows', /^empty\.arrows: byte 0: found an empty file; expected a trace/],
  ['text.txt', /^text\.txt: byte 0: found the bytes [0-9a-f]+; expected a trace \(native or vmtrace, lackey, /],
  ['result.json', /^result\.json: byte 0: found the bytes 7b/],
  ['text.arrows.gz', /^text\.arrows\.gz: byte 0: found the bytes/],
  ['folder.arrows', /^folder\.arrows: found a directory; expected a trace file/],
  ['/dev/null', /^\/dev\/null: byte 0: found an empty file; expected a trace/],
  ['nothing.arrows', /^nothing\.arrows: no such file/],
  ['rediss', /^no such file, and unknown shipped trace 'rediss' \(nearest: redis\); allowed: boot, cc1, /],
] as const;

describe('what is no trace, or no longer one, is refused', () => {
  test.each(BAD)('%s', async (name, message) => {
    expect(await complaintOf(`trace info ${name}`, folder)).toMatch(message);
  });

  test('by the program itself', () => expectRefusal(folder, 'trace info cut.arrows', /^vmmu: cut\.arrows: byte /));

  test.each(BAD.slice(0, 2))('%s, found only when it is half converted', async (name, message) => {
    expect(await complaintOf(`trace convert ${name} copy.arrows`, folder)).toMatch(message);
    expect(readdirSync(folder)).not.toContainEqual(expect.stringMatching(/^copy/));
  });

  test.each(BAD.slice(0, 2))('%s, found only when the replay has begun', async (name, message) => {
    expect(await complaintOf(`run ${name} --out results`, folder)).toMatch(message);
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
    expect(await complaintOf('run tables.arrows', folder)).toContain(
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
    expect(await printedHere('run none.arrows --strategy native --format csv', folder)).toContain(
      'none.arrows,amd-zen4,',
    );
  });

  test('a filtered trace on TLBs that its filter does not fit, unless that is asked for', async () => {
    const complaint = await complaintOf('run boot', folder);
    expect(complaint).toContain('boot.arrows.br: captured through a filter of 512 pages');
    expect(complaint).toContain('--allow-inexact');
  });

  test('two traces of one name, whose rows nobody could tell apart', async () => {
    await printedHere('trace gen uniform other.arrows --refs 1k --pages 16', folder);
    expect(await complaintOf('run good.arrows other.arrows', folder)).toContain(
      "other.arrows: found a trace named 'uniform', as that of good.arrows",
    );
    await printedHere('trace convert other.arrows another.arrows --name another', folder);
    const csv = await printedHere('run good.arrows another.arrows --strategy native --format csv', folder);
    expect(csv.split('\n').map((line) => line.split(',')[0])).toEqual(['trace', 'uniform', 'another', '']);
  });
});
