import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCell, type CellSpec } from '../../src/run/cell.js';
import { MissCache, openMissCache } from '../../src/run/miss-cache.js';
import { inOnePass } from '../../src/run/together.js';
import { configOf, TINY } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'vmmu-misses-'))));
afterEach(() => rmSync(directory, { recursive: true }));

/** 64 pages, three rounds. */
const trace = new TraceBuilder();
for (let round = 0; round < 3; round++) for (let page = 0; page < 64; page++) trace.ref('read', 0x1000 + page);
const batches = [trace.batch()];

function specWith(entries: number): CellSpec {
  const walkCache = { organisation: 'uptc', entries, ways: 0, dimensions: '2d', cycles: 1 } as const;
  return { strategy: 'nested', characteristics: USER, config: configOf({ machine: { ...TINY, walkCache } }) };
}

/** How often the trace was gone through, with the results. */
async function answer(specs: readonly CellSpec[], limitBytes = 2 ** 20) {
  let passes = 0;
  const cache = new MissCache({ directory, limitBytes, replayed: 'this trace' });
  const header = { name: 'rounds', characteristics: USER, source: { ran: 'test', captured: 'test' } };
  const open = () => {
    passes++;
    return Promise.resolve({ header, pages: trace.pages, batches: () => batches });
  };
  const results = await inOnePass(specs, open, cache);
  expect(results).toEqual(specs.map((spec) => runCell(spec, trace.pages, batches)));
  return passes;
}

test('other walk caches below TLBs whose misses are known take one replay each, and none for the TLBs', async () => {
  await openMissCache(directory);
  expect(await answer([specWith(2), specWith(4)])).toBe(3);
  expect(await answer([specWith(8), specWith(16)])).toBe(2);
});

test('a damaged file is taken for none, and written anew', async () => {
  await openMissCache(directory);
  await answer([specWith(2), specWith(4)]);
  const [name] = readdirSync(directory).filter((file) => file.endsWith('.misses'));
  const path = join(directory, name!);
  const whole = readFileSync(path);
  for (const damaged of [whole.subarray(0, -1), whole.subarray(0, 20), Buffer.alloc(0), flipped(whole)]) {
    writeFileSync(path, damaged);
    expect(await answer([specWith(2), specWith(4)])).toBe(3);
    expect(readFileSync(path).equals(whole)).toBe(true);
  }
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 3]! ^= 1;
  return copy;
}

test('beyond the limit the files that were used the longest ago make room; what is not of the cache stays', async () => {
  await openMissCache(directory);
  await answer([specWith(2), specWith(4)]);
  const [name] = readdirSync(directory).filter((file) => file.endsWith('.misses'));
  const size = readFileSync(join(directory, name!)).length;
  const old = join(directory, `${'0'.repeat(64)}.misses`);
  const foreign = join(directory, 'notes.txt');
  for (const path of [old, foreign]) {
    writeFileSync(path, 'x'.repeat(size));
    utimesSync(path, 1, 1);
  }
  rmSync(join(directory, name!));
  await answer([specWith(2), specWith(4)], 1.5 * size);
  expect(readdirSync(directory).sort()).toEqual([name, 'notes.txt', 'vmmu-cache'].sort());
});

test('a folder with other files, or a cache of another version, is refused and left as it is', async () => {
  writeFileSync(join(directory, 'thesis.tex'), 'mine');
  await expect(openMissCache(directory)).rejects.toThrow(/found a folder with other files; expected an empty one/);
  rmSync(join(directory, 'thesis.tex'));
  writeFileSync(join(directory, 'vmmu-cache'), 'vmmu cache of misses, version 0\n');
  await expect(openMissCache(directory)).rejects.toThrow(/found a cache of another version; expected .* version 1/);
  expect(readdirSync(directory)).toEqual(['vmmu-cache']);
});
