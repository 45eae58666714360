import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { KIND } from '../../src/trace/event.js';
import { generateTrace, type GeneratorOptions } from '../../src/trace/generate.js';
import { PAGE_GENERATORS, type PageGeneratorName } from '../../src/trace/generators/pages/index.js';
import { Permutation } from '../../src/trace/generators/permutation.js';
import { Xorshift128 } from '../../src/trace/generators/random.js';
import { LruTlb } from '../../src/trace/lru-tlb.js';
import { rowsOf } from './hand-made.js';

const REGION = 0x1000_0000;
const names = Object.keys(PAGE_GENERATORS) as PageGeneratorName[];

/** The page of each reference, counted from the region's beginning. */
function pagesOf(name: PageGeneratorName, options: GeneratorOptions): Float64Array {
  const trace = generateTrace(name, options);
  const pages = new Float64Array(options.refs);
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
    expect(crc32(Uint32Array.from(pages))).toBe(checksum);
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

test.each(['uniform', 'zipf', 'zipf-in-order', 'hotspot', 'chase'] as const)(
  '%s: another seed gives other pages',
  (name) => {
    const streams = [{}, { seed: 0 }, { seed: 1 }].map((seed) => pagesOf(name, { refs: 1000, ...seed }).join());
    expect(new Set(streams).size).toBe(3);
  },
);

/** References to each page. */
function uses(name: PageGeneratorName, options: GeneratorOptions): Map<number, number> {
  const found = new Map<number, number>();
  for (const page of pagesOf(name, options)) found.set(page, (found.get(page) ?? 0) + 1);
  return found;
}

test.each([
  [4096, [0, 1, 2, 3, 0, 1]],
  [1024, [0, 0, 0, 0, 1, 1]],
  [3 * 4096, [0, 3, 2, 1, 0, 3]],
  [6144, [0, 1, 3, 0, 2, 3]],
])('strided by %i bytes: pages %j of four', (stride, expected) => {
  expect([...pagesOf('strided', { refs: 6, pages: 4, parameters: { stride } })]).toEqual(expected);
});

test('hotspot: of 100,000 references 80% go to the first 25% of the pages', () => {
  const pages = pagesOf('hotspot', { refs: 100_000, pages: 64, parameters: { hot: 25, share: 80 } });
  // The standard deviation is the square root of 100,000 * 0.8 * 0.2: 126.
  expect(Math.abs(pages.filter((page) => page < 16).length - 80_000)).toBeLessThan(4 * 126);
  expect(new Set(pages).size).toBe(64);
});

describe('zipf in order: page k has 1/k^exponent of the references of the first', () => {
  test.each([0, 0.5, 1, 2])('exponent %d', (exponent) => {
    const used = uses('zipf-in-order', { refs: 400_000, pages: 1024, parameters: { exponent } });
    for (const k of [2, 3, 10]) {
      const [first, found] = [used.get(0)!, used.get(k - 1)!];
      const expected = first / k ** exponent;
      expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt(expected + found));
    }
  });

  test('zipf has the same frequencies, on scattered pages', () => {
    const frequencies = (name: PageGeneratorName): number[] =>
      [...uses(name, { refs: 50_000, pages: 4096 }).values()].sort((a, b) => a - b);
    expect(frequencies('zipf')).toEqual(frequencies('zipf-in-order'));
  });
});

describe('of a region too large for tables', () => {
  const LARGE = 2 ** 40;

  test('uniform, zipf, hotspot and chase stay in it, and a few references meet no page by chance twice', () => {
    for (const name of ['uniform', 'hotspot', 'chase'] as const) {
      const pages = pagesOf(name, { refs: 1000, pages: LARGE });
      expect(new Set(pages).size).toBe(1000);
      expect(Math.max(...pages)).toBeLessThan(LARGE);
      expect(Math.max(...pages)).toBeGreaterThan(LARGE / 16); // hotspot: 100 of 1000 outside of the first tenth
    }
    expect(Math.max(...pagesOf('zipf', { refs: 1000, pages: LARGE }))).toBeLessThan(LARGE);
  });

  test.each([0.8, 1, 1.5])('zipf of exponent %d keeps its ratios', (exponent) => {
    const used = uses('zipf-in-order', { refs: 1_000_000, pages: LARGE, parameters: { exponent } });
    for (const k of [2, 3, 10]) {
      const [first, found] = [used.get(0)!, used.get(k - 1) ?? 0];
      const expected = first / k ** exponent;
      expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt(expected + found));
    }
  });

  test('zipf scatters all ranks: an odd multiplier is a permutation of each power of two', () => {
    const ranked = pagesOf('zipf-in-order', { refs: 1000, pages: 2 ** 34 });
    const scattered = pagesOf('zipf', { refs: 1000, pages: 2 ** 34 });
    const expected = Array.from(ranked, (rank) => Number((BigInt(rank) * 2654435761n) % 2n ** 34n));
    expect([...scattered]).toEqual(expected);
  });

  test('a permutation meets every number once', () => {
    for (const size of [1, 2, 3, 100, 1024, 1500]) {
      const order = new Permutation(size, new Xorshift128(7));
      const met = Array.from({ length: size }, (_, place) => order.at(place));
      expect(met.sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, number) => number));
    }
  });
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
  [{ refs: 10, pages: 2 ** 44 }, `pages: found ${2 ** 44}; expected a whole number from 1 to ${2 ** 43}`],
  [{ refs: 10, every: { io: 0.5 } }, 'every.io: found 0.5'],
  [{ refs: 10, parameters: { exponent: 1 } }, "unknown parameter 'exponent'"],
])('%j is refused with the option that is wrong', (options, message) => {
  expect(() => generateTrace('uniform', options)).toThrow(UsageError);
  expect(() => generateTrace('uniform', options)).toThrow(message);
});
