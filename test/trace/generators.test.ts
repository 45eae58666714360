import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { KIND } from '../../src/trace/event.js';
import { generateTrace, type GeneratorOptions } from '../../src/trace/generate.js';
import { PAGE_GENERATORS, type PageGeneratorName } from '../../src/trace/generators/pages/index.js';
import { LruTlb } from '../../src/trace/lru-tlb.js';
import { rowsOf } from './hand-made.js';

const REGION = 0x1000_0000;
const names = Object.keys(PAGE_GENERATORS) as PageGeneratorName[];

/** The page of each reference, counted from the region's beginning. */
function pagesOf(name: PageGeneratorName, options: GeneratorOptions): Uint32Array {
  const trace = generateTrace(name, options);
  const pages = new Uint32Array(options.refs);
  let at = 0;
  for (const { length, kind, page, count } of trace.batches()) {
    for (let i = 0; i < length; i++) {
      if (kind[i] !== KIND.read) continue;
      pages.fill(trace.pages.vpn[page[i]!]! - REGION, at, (at += count[i]!));
    }
  }
  expect(at).toBe(options.refs);
  return pages;
}

describe('a stream is that of yardstick.c, to the bit', () => {
  // Checksum and some values of `page` after generate(kind, page, 1000000), little-endian; cc -O2 -ffp-contract=off.
  test.each([
    ['sequential', 0x1559390e, [0, 0, 0, 0, 0, 0], 1953],
    ['uniform', 0x7deadad9, [214506, 71398, 18858, 852144, 492126, 147782], 642515],
    ['zipf', 0x989b24ce, [443355, 524180, 979810, 881720, 0, 584300], 685972],
  ] as const)('%s', (name, checksum, first, last) => {
    const pages = pagesOf(name, { refs: 1_000_000 });
    expect([...pages.subarray(0, 6)]).toEqual(first);
    expect(pages.at(-1)).toBe(last);
    expect(crc32(pages)).toBe(checksum);
  });

  // What yardstick prints for 1,000,000 references with L1 64/4 and L2 1536/12.
  test.each([
    ['sequential', 998046, 0, 1954],
    ['uniform', 54, 1398, 998548],
    ['zipf', 190693, 244025, 565282],
  ] as const)('%s: the same hits and misses', (name, l1Hits, l2Hits, misses) => {
    const trace = generateTrace(name, { refs: 1_000_000 });
    const l1 = new LruTlb(16, 4, trace.pages);
    const l2 = new LruTlb(128, 12, trace.pages);
    const counts = [0, 0, 0];
    for (const { length, kind, page, count } of trace.batches()) {
      l1.grow();
      l2.grow();
      for (let i = 0; i < length; i++) {
        if (kind[i] !== KIND.read) continue;
        counts[0]! += count[i]! - 1;
        counts[l1.access(page[i]!) ? 0 : l2.access(page[i]!) ? 1 : 2]!++;
      }
    }
    expect(counts).toEqual([l1Hits, l2Hits, misses]);
  });
});

test('chase meets every page once per round, in the same order each round', () => {
  const pages = pagesOf('chase', { refs: 2048, pages: 1024 });
  expect(new Set(pages.subarray(0, 1024)).size).toBe(1024);
  expect(pages.slice(1024)).toEqual(pages.slice(0, 1024));
});

test.each(names)('%s: the same seed gives the same pages', (name) => {
  const options = { refs: 5000, pages: 4096, seed: 42 };
  expect(pagesOf(name, options)).toEqual(pagesOf(name, options));
});

test.each(['uniform', 'zipf', 'chase'] as const)('%s: another seed gives other pages', (name) => {
  const streams = [{}, { seed: 0 }, { seed: 1 }].map((seed) => pagesOf(name, { refs: 1000, ...seed }).join());
  expect(new Set(streams).size).toBe(3);
});

test('sequential merges the references to a page into one run of 512', async () => {
  const rows = await rowsOf(generateTrace('sequential', { refs: 1300, pages: 4 }));
  expect(rows.map(({ kind, page, count }) => [kind, page, count])).toEqual([
    ['initialMapping', null, 0],
    ['read', REGION, 512],
    ['read', REGION + 1, 512],
    ['read', REGION + 2, 276],
  ]);
  // Shared and anonymous, so that a read allocates; readable and writable.
  expect(rows[0]?.operands).toEqual([BigInt(REGION), 4n, 3n, 5n]);
});

test('an event stands after each so many references and closes the run', async () => {
  const rows = await rowsOf(generateTrace('sequential', { refs: 1000, every: { cpuid: 400, systemCall: 800 } }));
  expect(rows.slice(1).map(({ kind, count, operands }) => [kind, count, ...operands])).toEqual([
    ['read', 400],
    ['cpuid', 0],
    ['read', 112],
    ['read', 288],
    ['cpuid', 0],
    ['systemCall', 0, 39n],
    ['read', 200],
  ]);
});

test.each([
  [{ refs: 0 }, 'refs: found 0'],
  [{ refs: 10, pages: 1000 }, 'pages: found 1000; expected a power of two'],
  [{ refs: 10, seed: -1 }, 'seed: found -1'],
  [{ refs: 10, every: { io: 0.5 } }, 'every.io: found 0.5'],
])('%j is refused with the option that is wrong', (options, message) => {
  expect(() => generateTrace('uniform', options)).toThrow(UsageError);
  expect(() => generateTrace('uniform', options)).toThrow(message);
});
