import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { runCell } from '../../src/run/cell.js';
import { compose, type ComposeOptions } from '../../src/trace/compose/compose.js';
import { mergeFiles } from '../../src/trace/compose/merge-files.js';
import { KIND_NAMES, type EventBatch } from '../../src/trace/event.js';
import { generateEvents } from '../../src/trace/generate-events.js';
import { generateTrace } from '../../src/trace/generate.js';
import type { TraceSource } from '../../src/trace/source.js';
import { configOf } from '../support/machine.js';
import { handMade, HEADER, rowsOf, type Row } from './hand-made.js';

const event = (kind: Row['kind'], ...operands: number[]): Row => ({
  kind,
  space: 0,
  page: null,
  count: 0,
  operands: operands.map(BigInt),
});
const read = (page: number, count = 1, space = 0): Row => ({ kind: 'read', space, page, count, operands: [] });
const map = (page: number, pages = 1): Row => event('initialMapping', page, pages, 3, 5);

const named = (sources: readonly TraceSource[]) => sources.map((source, at) => ({ label: `trace ${at}`, source }));
const composed = (parts: readonly (readonly Row[])[], options: ComposeOptions = {}): Promise<Row[]> =>
  rowsOf(compose(named(parts.map((rows) => handMade(rows))), options));

/** A row as one word: `read 7 x3 @1`, `fork 2 @0`. */
const said = (rows: readonly Row[]): string[] =>
  rows.map(({ kind, page, count, space, operands }) =>
    page === null ? [kind, ...operands, `@${space}`].join(' ') : `${kind} ${page} x${count} @${space}`,
  );

describe('by turns', () => {
  test('each trace is a process; a turn ends with the run that uses it up, and who is left goes on alone', async () => {
    const rows = await composed(
      [
        [map(1), read(1, 2), read(2, 3), read(3, 4)],
        [map(1), read(9, 10), read(8)],
      ],
      { quantum: 4 },
    );
    expect(said(rows)).toEqual([
      'initialMapping 1 1 3 5 @0',
      'read 1 x2 @0',
      'read 2 x3 @0',
      'contextSwitch 1 @0',
      'initialMapping 1 1 3 5 @1',
      'read 9 x10 @1',
      'contextSwitch 0 @1',
      'read 3 x4 @0',
      'contextSwitch 1 @0',
      'read 8 x1 @1',
    ]);
  });

  test('children and threads have numbers of their own, and a process goes on where it was', async () => {
    const forks = [
      read(1),
      event('fork', 7),
      event('contextSwitch', 7),
      { ...event('threadStart', 3), space: 7 },
      { ...event('threadSwitch', 3), space: 7 },
      read(2, 1, 7),
      { ...event('exit', 3, 1), space: 7 },
      { ...event('contextSwitch', 0), space: 7 },
      read(3),
    ];
    const rows = await composed([forks, forks], { quantum: 1 });
    expect(said(rows)).toEqual([
      'read 1 x1 @0',
      'contextSwitch 1 @0',
      'read 1 x1 @1',
      'contextSwitch 0 @1',
      'fork 2 @0',
      'contextSwitch 2 @0',
      'threadStart 2 @2',
      'threadSwitch 2 @2',
      'read 2 x1 @2',
      'contextSwitch 1 @2',
      'fork 3 @1',
      'contextSwitch 3 @1',
      'threadStart 3 @3',
      'threadSwitch 3 @3',
      'read 2 x1 @3',
      'contextSwitch 2 @3',
      'threadSwitch 2 @2',
      'exit 2 1 @2',
      'contextSwitch 0 @2',
      'read 3 x1 @0',
      'contextSwitch 3 @0',
      'threadSwitch 3 @3',
      'exit 3 1 @3',
      'contextSwitch 1 @3',
      'read 3 x1 @1',
    ]);
  });

  test('whatever the quantum and the lengths: each keeps its rows in their order, and nothing is added but switches', async () => {
    const run = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }));
    const history = fc.array(fc.oneof(run, fc.constant(null)), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(history, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 20 }),
        async (all, quantum) => {
          const parts = all.map((rows) => rows.map((row) => (row === null ? event('cpuid') : read(...row))));
          const rows = await composed(parts, { quantum });
          for (const [space, part] of parts.entries()) {
            const own = rows.filter((row) => row.space === space && row.kind !== 'contextSwitch');
            expect(own).toEqual(part.map((row) => ({ ...row, space })));
          }
          let space = 0;
          for (const row of rows) {
            expect(row.space).toBe(space);
            if (row.kind === 'contextSwitch') space = Number(row.operands[0]);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test('N copies have N times the references, and fault N times as often', async () => {
    const one = async (copies: number) => {
      const sources = Array.from({ length: copies }, () => generateTrace('zipf', { refs: 20_000, pages: 256 }));
      const trace = compose(named(sources), { quantum: 1000 });
      const batches: EventBatch[] = [];
      for await (const batch of trace.batches()) batches.push(batch);
      const { characteristics } = trace.header;
      return (['native', 'nested', 'shadow'] as const).map((strategy) => {
        const { counters } = runCell({ strategy, characteristics, config: configOf() }, trace.pages, batches);
        return [counters.refs, counters.guestFaults, counters.untranslatedRuns];
      });
    };
    const [alone, three] = [await one(1), await one(3)];
    expect(alone[0]![0]).toBe(20_000);
    expect(three).toEqual(alone.map((counts) => counts.map((count) => 3 * count)));
  });

  test('servers that fork run side by side', async () => {
    const sources = [1, 2].map((seed) => generateEvents('fork-server', { operations: 30, seed }));
    const trace = compose(named(sources), { quantum: 50 });
    const batches: EventBatch[] = [];
    for await (const batch of trace.batches()) batches.push(batch);
    const { characteristics } = trace.header;
    const { counters } = runCell(
      { strategy: 'shadow', characteristics, config: configOf(), audit: true },
      trace.pages,
      batches,
    );
    expect(counters.untranslatedRuns).toBe(0);
    const forks = batches.flatMap(({ kind, length }) => [...kind.subarray(0, length)].map((at) => KIND_NAMES[at]));
    expect(forks.filter((kind) => kind === 'fork')).toHaveLength(60);
  });
});

describe('one after the other', () => {
  test('one process executes one trace after the other, and threads begin anew', async () => {
    const rows = await composed([
      [map(1), read(1), event('threadSwitch', 1), event('fork', 2), event('contextSwitch', 2)],
      [map(1), read(1, 2), event('fork', 2)],
    ]);
    expect(said(rows)).toEqual([
      'initialMapping 1 1 3 5 @0',
      'read 1 x1 @0',
      'threadSwitch 1 @0',
      'fork 1 @0',
      'contextSwitch 1 @0',
      'contextSwitch 0 @1',
      'threadSwitch 0 @0',
      'exec @0',
      'initialMapping 1 1 3 5 @0',
      'read 1 x2 @0',
      'fork 2 @0',
    ]);
  });

  test('in one space: what is mapped alike stays mapped, until something changes it', async () => {
    const phase = [map(1, 4), read(1)];
    expect(said(await composed([phase, phase], { oneSpace: true }))).toEqual([
      'initialMapping 1 4 3 5 @0',
      'read 1 x1 @0',
      'read 1 x1 @0',
    ]);
    for (const between of [[event('munmap', 2, 1)], [map(3)], [event('mprotect', 1, 1, 1)]]) {
      const rows = await composed([phase, between, phase], { oneSpace: true });
      expect(rows.filter(({ kind }) => kind === 'initialMapping').at(-1)).toEqual(map(1, 4));
    }
  });

  test('in one space a second stream over the same region meets no first touch, behind exec it does', async () => {
    const faults = async (options: ComposeOptions): Promise<number> => {
      const sources = (['sequential', 'chase'] as const).map((name) =>
        generateTrace(name, { refs: 512 * 64, pages: 64 }),
      );
      const trace = compose(named(sources), options);
      const batches: EventBatch[] = [];
      for await (const batch of trace.batches()) batches.push(batch);
      const { characteristics } = trace.header;
      return runCell({ strategy: 'native', characteristics, config: configOf() }, trace.pages, batches).counters
        .guestFaults;
    };
    expect(await faults({ oneSpace: true })).toBe(64);
    expect(await faults({})).toBe(128);
  });

  test('in one space a second heap is refused', async () => {
    const heaps = composed([[event('brk', 5)], [event('brk', 9)]], { oneSpace: true });
    await expect(heaps).rejects.toThrow('trace 1: found a heap beside that of trace 0');
  });
});

test('pages of the same number are the same page of the dictionary', async () => {
  const trace = compose(named([handMade([read(5), read(6)]), handMade([read(6), read(5), read(7)])]), { quantum: 1 });
  expect((await rowsOf(trace)).length).toBe(5 + 3);
  expect([...trace.pages.vpn.subarray(0, trace.pages.size)]).toEqual([5, 6, 7]);
});

test('the header names the traces, what they ran and how they are put together', () => {
  const { header } = compose(named([handMade([]), handMade([])]), { quantum: 7 });
  expect(header.name).toBe(`${HEADER.name}+${HEADER.name}`);
  expect(header.source.ran).toBe('by turns: nothing');
  expect(JSON.parse(header.source.captured)).toEqual({
    traces: [HEADER.name, HEADER.name],
    copies: 1,
    quantum: 7,
    oneSpace: false,
  });
  expect(compose(named([handMade([]), handMade([])]), { copies: 2 }).header.name).toBe(`${HEADER.name}*2`);
  expect(compose(named([handMade([])]), { name: 'mine' }).header.name).toBe('mine');
});

test('the whole has fetches and data if a part has, physical addresses if all have', () => {
  const with_ = (changes: object): TraceSource =>
    handMade([], { ...HEADER, characteristics: { ...HEADER.characteristics, ...changes } });
  const { characteristics } = compose(
    named([handMade([]), with_({ fetches: false, physicalAddresses: false })]),
  ).header;
  expect([characteristics.fetches, characteristics.physicalAddresses]).toEqual([true, false]);
});

test.each([
  [{ source: 'full-system' }, {}, 'trace 1: found a full-system trace; only user traces can be composed'],
  [{ counts: 'since-previous-row' }, {}, 'trace 1: found counts of references between rows'],
  [{ lines: true }, {}, 'trace 1: found references to lines; trace 0 is references to pages'],
  [{ kernelReferences: true }, {}, 'trace 1: found references of the kernel too'],
  [{ filterSets: 512 }, {}, 'trace 1: found one through a filter of 512 pages; trace 0 is a lossless trace'],
  [{ filterSets: 512 }, { quantum: 5 }, 'trace 1: found a filtered trace; by turns only lossless traces are exact'],
] as const)('%j with %j is refused', (changes, options, message) => {
  const characteristics = { ...HEADER.characteristics, ...changes };
  const sources = named([handMade([]), handMade([], { ...HEADER, characteristics })]);
  expect(() => compose(sources, options)).toThrow(UsageError);
  expect(() => compose(sources, options)).toThrow(message);
});

test('no trace, and one space by turns, are refused', () => {
  expect(() => compose([])).toThrow('found no trace');
  expect(() => compose(named([handMade([])]), { quantum: 5, oneSpace: true })).toThrow('expected one or the other');
});

test('all parts are let go of, to the end or not', async () => {
  let closed = 0;
  const part = (): TraceSource => ({
    ...handMade([read(1)]),
    close: async () => {
      closed++;
    },
  });
  await rowsOf(compose(named([part(), part()])));
  expect(closed).toBe(2);
  for await (const batch of compose(named([part(), part()]), { quantum: 1 }).batches()) if (batch.length > 0) break;
  expect(closed).toBe(4);
});

describe('vmmu trace import --merge', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmmu-merge-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const paths = ['a.din', 'b.din'].map((name) => join(folder, name));
  beforeAll(() => {
    writeFileSync(paths[0]!, '0 400000\n1 400000\n0 401000\n'.repeat(2));
    writeFileSync(paths[1]!, '0 400000\n0 402000\n');
  });
  const events = async (threads: boolean): Promise<string[]> =>
    (await rowsOf(await mergeFiles(paths, { format: 'dinero' }, threads, 3)))
      .filter(({ page }) => page === null)
      .map(({ kind, operands }) => [kind, ...operands.slice(0, 1)].join(' '));

  test('as processes each has a space, and what it touches is mapped in it', async () => {
    expect(await events(false)).toEqual([
      'initialMapping 1024',
      'contextSwitch 1',
      'initialMapping 1024',
      'contextSwitch 0',
    ]);
  });

  test('as threads they share one, and what both map alike is mapped once', async () => {
    expect(await events(true)).toEqual(['initialMapping 1024', 'threadStart 1', 'threadSwitch 1', 'threadSwitch 0']);
  });

  test('what all imports synthesised is counted together', async () => {
    const merged = await mergeFiles(paths, { format: 'dinero' }, false, 3);
    await rowsOf(merged);
    expect(merged.notes!.record.synthesised).toEqual({ 'initialMapping of what the trace does not map': 2 });
  });
});
