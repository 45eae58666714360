import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { runCell } from '../../src/run/cell.js';
import { KIND_NAMES } from '../../src/trace/event.js';
import { generateEvents } from '../../src/trace/generate-events.js';
import { kroneckerGraph } from '../../src/trace/generators/kronecker.js';
import { PROGRAMS, type ProgramName } from '../../src/trace/generators/programs/index.js';
import { Xorshift128 } from '../../src/trace/generators/random.js';
import { configOf } from '../support/machine.js';
import { rowsOf, type Row } from './hand-made.js';

const names = Object.keys(PROGRAMS) as ProgramName[];
type Given = Readonly<Record<string, number>>;

/** References of each kind and rows of each event that some operations make, without what stands before the first. */
function made(name: ProgramName, given: Given, operations: number, before = 0): Record<string, number> {
  const [less, more] = [before, before + operations].map((number) =>
    number === 0 ? {} : sums(name, { ...given, operations: number }),
  ) as [Record<string, number>, Record<string, number>];
  const changed = Object.keys(more).filter((kind) => more[kind] !== (less[kind] ?? 0));
  return Object.fromEntries(changed.map((kind) => [kind, more[kind]! - (less[kind] ?? 0)]));
}

function sums(name: ProgramName, given: Given): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { length, kind, count } of generateEvents(name, { refs: 1e12, ...given }).batches())
    for (let row = 0; row < length; row++) {
      const what = KIND_NAMES[kind[row]!]!;
      found[what] = (found[what] ?? 0) + Math.max(1, count[row]!);
    }
  return found;
}

const rows = (name: ProgramName, given: Given): Promise<Row[]> => rowsOf(generateEvents(name, given));

describe('what operations are', () => {
  test('gups: a read and a write of the same page of the table', async () => {
    const all = await rows('gups', { operations: 100, pages: 1000 });
    const updates = all.slice(3);
    expect(all.slice(0, 3).map(({ kind }) => kind)).toEqual(['initialMapping', 'fetch', 'initialMapping']);
    expect(updates).toHaveLength(300);
    for (let at = 0; at < updates.length; at += 3) {
      const [fetch, read, write] = updates.slice(at, at + 3) as [Row, Row, Row];
      expect([fetch.kind, read.kind, write.kind, write.count]).toEqual(['fetch', 'read', 'write', 1]);
      expect(write.page).toBe(read.page);
    }
  });

  // An element of C: n reads of A, n of B, and C itself read and written; in blocks C once for each block of the sum.
  test.each([
    [4, 0, 16, 16 * 8 + 16, 16],
    [4, 2, 32, 16 * 8 + 2 * 16, 2 * 16],
    [3, 2, 32, 9 * 6 + 2 * 9, 2 * 9],
  ])(
    'a product of order %i in blocks of %i: %i operations, %i reads, %i writes',
    (order, block, operations, read, write) => {
      // A run that a write begins goes on with the reads of its page, so kinds are of runs: only their sum is of references.
      const { read: inReads = 0, write: inWrites = 0 } = made(
        'matrix-multiply',
        { order, block },
        operations,
        operations,
      );
      expect(inReads + inWrites).toBe(read + write);
    },
  );

  test('a product reads all of A and B and writes all of C: 2 pages each, of 32 rows of 32 doubles', async () => {
    const touched = new Map<string, Set<number>>();
    for (const { kind, page } of await rows('matrix-multiply', { order: 32, operations: 1024 }))
      if (page !== null) touched.set(kind, (touched.get(kind) ?? new Set()).add(page));
    const arrays = [0x4_0000, 0x4_0200, 0x4_0400].flatMap((first) => [first, first + 1]);
    expect([...touched.get('read')!].sort()).toEqual(arrays);
    expect([...touched.get('write')!].sort()).toEqual(arrays.slice(4));
  });

  test('a stencil: seven reads and a write for each inner point, and back from the second grid to the first', async () => {
    const { read = 0, write = 0 } = made('stencil', { order: 4 }, 8);
    expect(read + write).toBe(2 * 8 * 8);
    const written = (await rows('stencil', { order: 4, operations: 8 })).filter(({ kind }) => kind === 'write');
    expect(written.map(({ page }) => page)).toEqual([
      ...Array<number>(8).fill(0x4_0200),
      ...Array<number>(8).fill(0x4_0000),
    ]);
  });

  test.each([
    [100, 0],
    [0, 64],
  ])('a sweep, %i%% live: 64 headers and their marks are read, %i headers and the marks written', (live, links) => {
    const { read = 0, write = 0 } = made('gc-sweep', { pages: 4, live }, 4);
    expect(read + write).toBe(4 * (1 + 64 + links + 1));
  });

  test.each([
    [256, 4, 4 * (2 + 1)],
    [256, 256, 8 + 1],
    [257, 256, 2 * (8 + 1)],
    [2 ** 40, 256, 5 * (8 + 1)],
  ])('a probe of a tree of %i keys and fan-out %i: %i reads', (keys, fanout, reads) => {
    expect(made('b-tree', { keys, fanout }, 10, 10)).toEqual({ fetch: 10, read: 10 * reads });
  });

  test('a hash join: each tuple is read, 4 are put into buckets, 8 find their partner and are written', () => {
    const { fetch, read = 0, write = 0 } = made('hash-join', { build: 4, probe: 8 }, 12);
    expect(fetch).toBe(12 + 1);
    expect(read + write).toBe(4 * 3 + 8 * 3);
    expect(made('hash-join', { build: 4, probe: 8 }, 12, 12)).toEqual({ fetch: 12, read, write });
  });

  // Message, index, key, item of 8 words, message.
  test.each([0, 100])('a request to a key-value store, %i%% SET: 12 references and two system calls', (sets) => {
    const { fetch, systemCall, read = 0, write = 0 } = made('key-value', { value: 64, sets }, 50, 50);
    expect([fetch, systemCall, read + write]).toEqual([50, 100, 50 * 12]);
    expect(write).toBeGreaterThanOrEqual(sets === 0 ? 50 : 50 * 9);
  });

  test('items have as many sizes as there are powers of two: 64, 128, 256', async () => {
    const all = await rows('key-value', { keys: 300, value: 256, operations: 1 });
    const pages = all.filter(({ kind }) => kind === 'initialMapping').map(({ operands }) => operands[1]);
    // Code, message, 38 buckets, and 100 items each.
    expect(pages).toEqual([1n, 1n, 1n, 2n, 4n, 7n]);
  });

  test('a database whose pool holds the table reads each page from the file once', () => {
    const scan = { pages: 8, scans: 100, length: 8 };
    expect(made('database', { ...scan, pool: 16 }, 1).systemCall).toBe(8);
    expect(made('database', { ...scan, pool: 16 }, 9, 1).systemCall).toBeUndefined();
    expect(made('database', { ...scan, pool: 4 }, 9, 1).systemCall).toBe(72);
  });

  test('a database writes back what was updated, and only that', async () => {
    const numbers = async (updates: number): Promise<bigint[]> => {
      const all = await rows('database', { pages: 64, pool: 8, scans: 0, updates, operations: 500 });
      return all.filter(({ kind }) => kind === 'systemCall').map(({ operands }) => operands[0]!);
    };
    expect(new Set(await numbers(0))).toEqual(new Set([17n])); // pread64
    expect(new Set(await numbers(100))).toEqual(new Set([17n, 18n])); // and pwrite64
  });

  test('a request to a forking server is one fork, one exit, and four switches of context', () => {
    const { fork, exit, contextSwitch, exec } = made('fork-server', { children: 3 }, 100, 10);
    expect([fork, exit, contextSwitch, exec]).toEqual([100, 100, 400, undefined]);
    expect(made('fork-server', { exec: 1 }, 100, 10).exec).toBe(100);
  });

  test('children of a forking server live side by side', async () => {
    const all = await rows('fork-server', { children: 3, operations: 5 });
    const lives = all.filter(({ kind }) => kind === 'fork' || kind === 'exit');
    expect(lives.map(({ kind, operands }) => `${kind} ${operands[0]}`)).toEqual([
      ...['fork 1', 'fork 2', 'fork 3'],
      ...['exit 1', 'fork 1', 'exit 2', 'fork 2'],
    ]);
  });

  test('a build: driver, compiler and assembler for each file, and a linker for every four; all execute and exit', () => {
    const { fork, exec, exit, contextSwitch } = made('build', { objects: 4, heap: 8, source: 4 }, 8, 4);
    expect([fork, exec, exit, contextSwitch]).toEqual([26, 26, 26, 52]);
  });

  test('events come at their rates', () => {
    const rates = {
      io: 1000,
      cpuid: 0,
      contextSwitch: 100,
      fault: 0,
      interrupt: 0,
      wrmsr: 0,
      rdmsr: 0,
      invlpg: 0,
      hlt: 0,
    };
    const { io, contextSwitch, ...others } = sums('boot-events', { ...rates, refs: 2e6, processes: 1, pages: 16 });
    // Standard deviations of counts are their square roots: 45 and 14.
    expect(Math.abs(io! - 2000)).toBeLessThan(4 * 45);
    expect(Math.abs(contextSwitch! - 200)).toBeLessThan(4 * 14);
    expect(Object.keys(others).sort()).toEqual(['fetch', 'initialMapping', 'mmap', 'read', 'write']);
  });
});

describe('a Kronecker graph', () => {
  const { vertices, offsets, edges } = kroneckerGraph(10, 16, new Xorshift128(3));
  const degree = (vertex: number): number => offsets[vertex + 1]! - offsets[vertex]!;
  const neighbours = (vertex: number): Uint32Array => edges.subarray(offsets[vertex], offsets[vertex + 1]);

  test('has its edges in both directions, and no loops', () => {
    const times = (from: number, to: number): number => neighbours(from).filter((vertex) => vertex === to).length;
    for (let vertex = 0; vertex < vertices; vertex += 7)
      for (const other of neighbours(vertex)) {
        expect(other).not.toBe(vertex);
        expect(times(other, vertex)).toBe(times(vertex, other));
      }
    expect(edges.length).toBeLessThanOrEqual(2 * 16 * 1024);
    expect(edges.length).toBeGreaterThan(1.9 * 16 * 1024);
  });

  test('has hubs: the row of a drawn edge is in the lower half with chance A + B = 0.76 at each of the ten levels', () => {
    // On average a vertex has 32 ends of edges; the one of low halves only is drawn 2 * 16,384 * 0.76^10 = 2,107 times.
    const largest = Math.max(...Array.from({ length: vertices }, (_, vertex) => degree(vertex)));
    expect(largest).toBeGreaterThan(1500);
    expect(largest).toBeLessThan(2400);
  });

  test('a search visits each vertex of its component once', async () => {
    const graph = kroneckerGraph(10, 2, new Xorshift128(9));
    const searches: number[] = [];
    for (const { kind, count } of await rows('bfs', { scale: 10, degree: 2, seed: 9, operations: 3000 })) {
      // Parents are cleared by words: 1024 of 4 bytes, in one run, which then goes on with the root's.
      if (kind === 'write' && count >= 512) searches.push(0);
      else if (kind === 'fetch' && searches.length > 0) searches[searches.length - 1]!++;
    }
    // The fetch of a search's first vertex stands before the clearing, so it is counted with the search before.
    const [, ...whole] = searches.slice(0, -1);
    const sizes = componentSizes(graph.offsets, graph.edges);
    expect(whole.length).toBeGreaterThan(0);
    for (const visited of whole) expect(sizes).toContain(visited);
  });
});

function componentSizes(offsets: Uint32Array, edges: Uint32Array): Set<number> {
  const seen = new Set<number>();
  const sizes = new Set<number>();
  for (let root = 0; root + 1 < offsets.length; root++) {
    const before = seen.size;
    const left = [root];
    for (let vertex = left.pop(); vertex !== undefined; vertex = left.pop()) {
      if (seen.has(vertex)) continue;
      seen.add(vertex);
      left.push(...edges.subarray(offsets[vertex], offsets[vertex + 1]));
    }
    sizes.add(seen.size - before);
  }
  return sizes;
}

describe.each(names)('%s', (name) => {
  test('the same seed gives the same rows', async () => {
    const given = { refs: 20_000, seed: 5 };
    expect(await rows(name, given)).toEqual(await rows(name, given));
  });

  test('native, nested and shadow replay the same references, and each finds its page mapped', () => {
    const counts = (['native', 'nested', 'shadow'] as const).map((strategy) => {
      const trace = generateEvents(name, { refs: 10_000 });
      const { characteristics } = trace.header;
      return runCell({ strategy, characteristics, config: configOf() }, trace.pages, trace.batches()).counters;
    });
    for (const { refs, fetchRefs, readRefs, untranslatedRuns, guestFaults } of counts) {
      expect(untranslatedRuns).toBe(0);
      expect([refs, fetchRefs, readRefs, guestFaults]).toEqual([
        counts[0]!.refs,
        counts[0]!.fetchRefs,
        counts[0]!.readRefs,
        counts[0]!.guestFaults,
      ]);
      expect(refs).toBeGreaterThanOrEqual(10_000);
    }
  });
});

test.each(names.filter((name) => name !== 'matrix-multiply' && name !== 'stencil'))(
  '%s: another seed gives other rows',
  async (name) => {
    expect(await rows(name, { refs: 20_000, seed: 1 })).not.toEqual(await rows(name, { refs: 20_000, seed: 2 }));
  },
);

test.each([
  ['gups', { pages: 2 ** 34 }],
  ['stencil', { order: 2 ** 14 }],
  ['matrix-multiply', { order: 2 ** 20 }],
  ['b-tree', { keys: 2 ** 40 }],
  ['hash-join', { build: 2 ** 40, probe: 2 ** 40 }],
  ['gc-sweep', { pages: 2 ** 34 }],
  ['key-value', { keys: 2 ** 32 }],
  ['database', { pages: 2 ** 34 }],
] as const)('%s %j: memory grows with the pages that are touched, not with the TiB of address space', (name, given) => {
  const trace = generateEvents(name, { ...given, refs: 50_000 });
  let refs = 0;
  for (const { count } of trace.batches()) refs = count.reduce((sum, of) => sum + of, refs);
  expect(trace.pages.size).toBeLessThanOrEqual(refs);
});

test('arrays that do not fit into the address space are refused', () => {
  const trace = generateEvents('key-value', { keys: 2 ** 40, value: 2 ** 20 });
  expect(() => [...trace.batches()]).toThrow(UsageError);
  expect(() => [...trace.batches()]).toThrow('expected at most');
});
