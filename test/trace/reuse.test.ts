/** Reuse distances and LRU curves against TLBs that keep what they hold, and the working set against sets of pages. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KIND, type EventBatch } from '../../src/trace/event.js';
import { LruTlb } from '../../src/trace/lru-tlb.js';
import { LruStack } from '../../src/trace/reuse/lru-stack.js';
import { PageKeys } from '../../src/trace/reuse/page-keys.js';
import { ReuseTally, type Reuse } from '../../src/trace/reuse/reuse.js';
import { WorkingSetTally, type WorkingSet } from '../../src/trace/reuse/working-set.js';
import { generateTrace } from '../../src/trace/generate.js';
import type { TraceSource } from '../../src/trace/source.js';
import { TraceBuilder } from '../support/trace-builder.js';
import { handMade, HEADER, type Row } from './hand-made.js';

function tallied(trace: TraceSource): { reuse: Reuse; workingSet: WorkingSet } {
  const keys = new PageKeys(trace.pages);
  const reuse = new ReuseTally('exact');
  const workingSet = new WorkingSetTally();
  for (const batch of trace.batches() as Iterable<EventBatch>) {
    const pages = keys.of(batch);
    reuse.add(batch, pages, keys.size);
    workingSet.add(batch, pages, keys.size);
  }
  return { reuse: reuse.reuse(), workingSet: workingSet.workingSet() };
}

function built(build: (trace: TraceBuilder) => TraceBuilder): TraceSource {
  const trace = build(new TraceBuilder());
  const batch = trace.batch();
  return { header: HEADER, pages: trace.pages, batches: () => [batch] };
}

/** Distances of uses of pages. */
function distances(pages: readonly number[]): number[] {
  const stack = new LruStack();
  stack.reserve(Math.max(...pages) + 1);
  return pages.map((page) => stack.use(page));
}

describe('the distance of a use is the number of other pages since the last use', () => {
  test('by hand: a b c b a a', () => {
    expect(distances([0, 1, 2, 1, 0, 0])).toEqual([-1, -1, -1, 1, 2, 0]);
  });

  test('a ring of n pages: n - 1, from the second round on', () => {
    for (const n of [1, 2, 63, 64, 65, 66, 1000]) {
      const ring = Array.from({ length: 12 * n }, (_, at) => at % n);
      expect(new Set(distances(ring).slice(n))).toEqual(new Set([n - 1]));
    }
  });

  test('to and fro over n pages: the k-th from the turn has k others behind it', () => {
    const n = 5000;
    const there = Array.from({ length: n }, (_, at) => at);
    const back = [...there].reverse();
    const found = distances([...there, ...back, ...there, ...back]);
    expect(found.slice(n)).toEqual([...there, ...there, ...there]);
  });
});

describe('the curve at N entries is what a fully associative LRU TLB of N entries misses', () => {
  function missesOf(trace: TraceSource, entries: number, wanted: (kind: number) => boolean): number {
    const tlb = new LruTlb(1, entries, trace.pages);
    let misses = 0;
    for (const { length, kind, page } of trace.batches() as Iterable<EventBatch>) {
      tlb.grow();
      for (let row = 0; row < length; row++)
        if (kind[row]! <= KIND.write && wanted(kind[row]!) && !tlb.access(page[row]!)) misses++;
    }
    return misses;
  }

  const CLASSES = {
    all: () => true,
    fetch: (kind: number) => kind === KIND.fetch,
    data: (kind: number) => kind !== KIND.fetch,
  } as const;

  test('for all sizes and classes, of random runs', () => {
    const run = fc.record({
      kind: fc.constantFrom('fetch', 'read', 'write'),
      // Near pages often, far ones now and then.
      page: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 300 })),
      count: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 1500, size: 'max' }), (runs) => {
        const trace = built((builder) => runs.reduce((b, { kind, page, count }) => b.ref(kind, page, count), builder));
        const { reuse } = tallied(trace);
        for (const [name, wanted] of Object.entries(CLASSES))
          for (const { entries, misses } of reuse[name as keyof Reuse].curve)
            expect(misses, `${name} of ${entries}`).toBe(missesOf(trace, entries, wanted));
      }),
      { numRuns: 30 },
    );
  });

  test.each(['zipf', 'uniform', 'chase'] as const)('of %s, more pages than times in the tree', (name) => {
    const trace = generateTrace(name, { refs: 60_000, pages: 8192 });
    const { curve } = tallied(trace).reuse.data;
    for (const size of [1, 48, 64, 1024, 6144])
      expect(curve.find(({ entries }) => entries === size)?.misses).toBe(missesOf(trace, size, CLASSES.data));
  });

  test('more entries never miss more, and the last misses first uses only', () => {
    const { reuse } = tallied(generateTrace('zipf', { refs: 50_000, pages: 4096 }));
    const misses = reuse.data.curve.map((point) => point.misses);
    expect(misses).toEqual([...misses].sort((a, b) => b - a));
    expect(misses.at(-1)).toBe(reuse.data.pages);
  });
});

test('a run of n references is one use and n - 1 at distance 0; every reference has its place', () => {
  const { reuse } = tallied(built((trace) => trace.ref('read', 1, 5).ref('read', 2, 3).ref('write', 1, 4)));
  expect(reuse.data).toEqual({
    references: 12,
    pages: 2,
    histogram: [
      { from: 0, to: 0, references: 4 + 2 + 3 },
      { from: 1, to: 1, references: 1 },
    ],
    curve: [
      { entries: 1, misses: 3 },
      { entries: 2, misses: 2 },
    ],
  });
  expect(reuse.all).toEqual(reuse.data);
  expect(reuse.fetch).toEqual({ references: 0, pages: 0, histogram: [], curve: [{ entries: 1, misses: 0 }] });
});

test('a page of the lower half is another one in each space; one of the kernel is the same in all', () => {
  const KERNEL = 0xf_ffff_8000_0000;
  const ref = (space: number, page: number): Row => ({ kind: 'read', space, page, count: 1, operands: [] });
  const pagesOf = (rows: Row[]): number => tallied(handMade(rows, HEADER, 2)).reuse.data.pages;
  expect(pagesOf([ref(0, 7), ref(1, 7), ref(0, 7), ref(1, 7), ref(2, 8)])).toBe(3);
  expect(pagesOf([ref(0, KERNEL), ref(1, KERNEL), ref(0, KERNEL), ref(2, KERNEL)])).toBe(1);
});

describe('the working set', () => {
  test('of a ring of 4 pages is 4 in each window', () => {
    const ring = built((trace) => {
      for (let at = 0; at < 1000; at++) trace.ref('read', at % 4);
      return trace;
    });
    const { windowReferences, pages } = tallied(ring).workingSet;
    expect(windowReferences).toBe(8);
    expect(pages).toEqual(new Array(125).fill(4));
  });

  test('is the number of different pages of each window, whatever the windows were merged from', () => {
    const stream = Array.from({ length: 5000 }, (_, at) => (at * at) % (1 + Math.floor(at / 50)));
    const { windowReferences: width, pages } = tallied(
      built((trace) => stream.reduce((b, page) => b.ref('read', page), trace)),
    ).workingSet;
    expect(width).toBe(64);
    const windows = Array.from({ length: Math.ceil(5000 / width) }, (_, at) =>
      stream.slice(at * width, (at + 1) * width),
    );
    expect(pages).toEqual(windows.map((window) => new Set(window).size));
  });

  test('a long run has windows of its own', () => {
    const { pages } = tallied(built((trace) => trace.ref('read', 1, 4_000_000_000).ref('read', 2))).workingSet;
    expect(pages[0]).toBe(1);
    expect(pages.at(-1)).toBe(1);
    expect(pages.reduce((sum, used) => sum + used)).toBe(2);
    expect(pages.length).toBeLessThanOrEqual(128);
  });
});
