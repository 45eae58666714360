/** A trace that is cut: its parts together count what the whole counts, and the second goes on where the first has ended. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readText } from '../../src/cli/options.js';
import { shippedPath } from '../../src/trace/shipped.js';
import { resolveConfig } from '../../src/config/resolve.js';
import type { Counters } from '../../src/counters/counters.js';
import type { StrategyName } from '../../src/paging/index.js';
import { streamCell } from '../../src/run/cell.js';
import { cutTrace } from '../../src/trace/cut/cut.js';
import { positionOf } from '../../src/trace/cut/position.js';
import { writeTrace } from '../../src/trace/file-writer.js';
import { generateEvents } from '../../src/trace/generate-events.js';
import type { EventGeneratorName } from '../../src/trace/generators/events/index.js';
import { openAnyTrace } from '../../src/trace/open.js';
import type { TraceSource } from '../../src/trace/source.js';
import { Findings } from '../../src/trace/validate/finding.js';
import { validateTrace } from '../../src/trace/validate/validate.js';
import { complaintOf } from '../cli/in-process.js';
import { LONG } from '../long.js';
import { handMade, HEADER, rowsOf, type Row } from './hand-made.js';

function cut(source: TraceSource, from: string | null, to: string | null): TraceSource {
  const at = (text: string, option: string) => ({
    text,
    position: positionOf(text, source.header.characteristics, option),
  });
  return cutTrace(source, {
    ...(from === null ? {} : { from: at(from, '--from') }),
    ...(to === null ? {} : { to: at(to, '--to') }),
  });
}

const config = resolveConfig({}, readText);

async function replayed(trace: TraceSource, strategy: StrategyName = 'native'): Promise<Counters> {
  const { characteristics } = trace.header;
  return (await streamCell({ strategy, characteristics, config }, trace)).counters;
}

/** What depends on no TLB. */
const EXACT = ['refs', 'fetchRefs', 'readRefs', 'writeRefs', 'systemCalls', 'guestFaults', 'untranslatedRuns'] as const;
type Exact = (typeof EXACT)[number] | 'tableWrites' | 'invlpgs';

/** The parts' counters, added, against those of the whole. */
async function expectSums(open: () => TraceSource | Promise<TraceSource>, at: string, counters: readonly Exact[]) {
  const whole = await replayed(await open());
  const first = await replayed(cut(await open(), null, at));
  const second = await replayed(cut(await open(), at, null));
  const sums = Object.fromEntries(counters.map((name) => [name, first[name] + second[name]]));
  expect(sums, at).toEqual(Object.fromEntries(counters.map((name) => [name, whole[name]])));
  return second;
}

async function findingsIn(trace: TraceSource): Promise<object[]> {
  const findings = new Findings(Infinity);
  await validateTrace(trace, findings.report);
  return findings.kept;
}

describe('the parts of a trace count what the whole counts', () => {
  test.each<[EventGeneratorName, string[]]>([
    ['mmap-touch-munmap', ['record:17', 'ref:50', 'event:munmap:9', 'event:mmap:12']],
    ['mprotect-flips', ['record:333', 'event:mprotect:30', 'event:systemCall:11']],
    ['switch-ring', ['record:70', 'event:contextSwitch:15', 'ref:99']],
    ['syscall', ['record:40']],
    ['ptemod', ['event:tableWrite:20']],
  ])('%s, cut at %j', async (name, places) => {
    for (const at of places)
      await expectSums(() => generateEvents(name, { operations: 40 }), at, [...EXACT, 'tableWrites', 'invlpgs']);
  });

  test.each(['forkwait', 'cow-storm'] as const)('%s, cut anywhere in a fork: the same faults', async (name) => {
    const open = (): TraceSource => generateEvents(name, { operations: 3, pages: 6 });
    const { length } = await rowsOf(open());
    for (let record = 0; record <= length; record += LONG ? 1 : 5) await expectSums(open, `record:${record}`, EXACT);
  });

  test.each(LONG ? ['boot', 'churn', 'redis', 'pydict'] : ['memcached'])('%s', async (name) => {
    await expectSums(() => openAnyTrace(shippedPath(name)), 'record:1500000', [...EXACT, 'tableWrites', 'invlpgs']);
  });

  test('shadow paging has the same guest faults in the second part as native paging', async () => {
    const second = () => cut(generateEvents('forkwait', { operations: 3, pages: 6 }), 'record:41', null);
    expect((await replayed(second(), 'shadow')).guestFaults).toBe((await replayed(second())).guestFaults);
  });
});

describe('random histories', () => {
  const page = fc.integer({ min: 0, max: 39 });
  const pages = fc.integer({ min: 1, max: 12 });
  const action = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('read', 'write'), page }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('mmap'),
        operands: fc.tuple(page, pages, fc.constantFrom(1, 3, 7), fc.constantFrom(0, 1, 4, 5)),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('munmap'), operands: fc.tuple(page, pages) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('mprotect'), operands: fc.tuple(page, pages, fc.constantFrom(1, 3)) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('madvise'), operands: fc.tuple(page, pages, fc.constant(4)) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('brk'), operands: fc.tuple(fc.integer({ min: 50, max: 60 })) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('mremap'),
        operands: fc.tuple(page, pages, fc.integer({ min: 70, max: 90 }), pages),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('contextSwitch'), operands: fc.tuple(fc.integer({ min: 0, max: 2 })) }),
    },
  );
  const fork = fc.record({ kind: fc.constant('fork'), operands: fc.tuple(fc.integer({ min: 0, max: 2 })) });

  type Action = { kind: string; page?: number; operands?: readonly number[] };

  /** Rows of the actions; a fork into the space that forks becomes none. */
  function rows(actions: readonly Action[]): Row[] {
    let space = 0;
    return actions.flatMap(({ kind, page: at, operands = [] }) => {
      if (kind === 'fork' && operands[0] === space) return [];
      const row = {
        kind,
        space,
        page: at ?? null,
        count: at === undefined ? 0 : 2,
        operands: operands.map(BigInt),
      } as Row;
      if (kind === 'contextSwitch') space = operands[0]!;
      return [row];
    });
  }

  const cutAt = fc.double({ min: 0, max: 1, noNaN: true });
  const check = (actions: fc.Arbitrary<Action[]>, counters: readonly Exact[]) =>
    fc.assert(
      fc.asyncProperty(actions, cutAt, async (list, part) => {
        const all = rows(list);
        await expectSums(() => handMade(all, HEADER, 50), `record:${Math.round(part * all.length)}`, counters);
      }),
      { numRuns: LONG ? 800 : 80 },
    );

  // Tables that are empty after an madvise are not told of, and so are not unlinked in the second part.
  test('without madvise: the same faults, table writes and INVLPGs', () =>
    check(
      fc.array(
        action.filter(({ kind }) => kind !== 'madvise'),
        { maxLength: 120, size: 'max' },
      ),
      [...EXACT, 'tableWrites', 'invlpgs'],
    ));

  test('with madvise and forks: the same faults', () =>
    check(
      fc.array(fc.oneof({ weight: 15, arbitrary: action }, { weight: 1, arbitrary: fork }), {
        maxLength: 120,
        size: 'max',
      }),
      EXACT,
    ));
});

describe('the rows of a cut', () => {
  const ref = (kind: 'read' | 'write', page: number, count: number): Row => ({
    kind,
    space: 0,
    page,
    count,
    operands: [],
  });
  const event = (kind: Row['kind'], ...operands: number[]): Row => ({
    kind,
    space: 0,
    page: null,
    count: 0,
    operands: operands.map(BigInt),
  });
  const WHOLE = [
    event('initialMapping', 16, 8, 3, 1),
    event('brk', 64),
    event('brk', 66),
    ref('write', 16, 10),
    ref('read', 17, 5),
    event('threadStart', 7),
    event('threadSwitch', 7),
    event('munmap', 23, 1),
    ref('write', 18, 3),
    ref('write', 17, 1),
  ];
  const rowsFrom = async (from: string | null, to: string | null): Promise<Row[]> =>
    rowsOf(cut(handMade(WHOLE), from, to));

  test('at the beginning: all of them, and nothing in front', async () => {
    expect(await rowsFrom('record:0', null)).toEqual(WHOLE);
    expect(await rowsFrom(null, `record:${WHOLE.length}`)).toEqual(WHOLE);
  });

  test('in the middle: what is mapped, what is present, the heap and the threads stand in front', async () => {
    expect(await rowsFrom('record:8', null)).toEqual([
      event('initialHeap', 64, 66),
      event('initialMapping', 16, 7, 3, 1),
      event('initialMapping', 64, 2, 3, 1),
      event('initialPages', 16, 1, 2),
      event('initialPages', 17, 1, 1),
      event('threadStart', 7),
      event('threadSwitch', 7),
      ...WHOLE.slice(8),
    ]);
  });

  test('of a cut that is cut again: the same as at once', async () => {
    // Five rows of state, and the rows 5, 6 and 7 of the whole.
    const again = cut(handMade(await rowsFrom('record:5', null)), 'record:8', null);
    expect(await rowsOf(again)).toEqual(await rowsFrom('record:8', null));
  });

  test('in a run: its references are divided, and its page is present', async () => {
    expect((await rowsFrom(null, 'ref:12')).slice(3)).toEqual([ref('write', 16, 10), ref('read', 17, 2)]);
    const second = await rowsFrom('ref:12', null);
    expect(second).toContainEqual(event('initialPages', 17, 1, 1));
    expect(second.filter(({ kind }) => kind === 'read')).toEqual([ref('read', 17, 3)]);
    expect((await rowsFrom('ref:11', 'ref:14')).at(-1)).toEqual(ref('read', 17, 3));
  });

  test('before the nth event of a kind', async () => {
    expect(await rowsFrom(null, 'event:brk:2')).toEqual(WHOLE.slice(0, 2));
    expect(await rowsFrom(null, 'event:munmap')).toEqual(WHOLE.slice(0, 7));
  });

  test('nothing is found in a part that is not found in the whole', async () => {
    for (const name of ['switch-ring', 'cow-storm', 'mprotect-flips', 'ptemod'] as const)
      for (const record of [3, 50, 121])
        expect(await findingsIn(cut(generateEvents(name, { operations: 30 }), `record:${record}`, null))).toEqual([]);
  });

  test('pages have ids of their own: those that the part uses', async () => {
    const part = cut(handMade(WHOLE), 'record:8', null);
    await rowsOf(part);
    expect(part.pages.size).toBe(2);
  });
});

describe('vmmu trace cut refuses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmmu-cut-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(() => writeTrace(join(folder, 't.arrows'), generateEvents('syscall', { operations: 10 })));

  test.each([
    ['', /^found neither --from nor --to/],
    ['--from record:x', /^--from: found 'record:x'; expected a whole number from 0; allowed: record:N, ref:N/],
    ['--from time:3', /^--from: found time:3; the native format has no times/],
    ['--to marker:begin', /^--to marker:begin: found a trace of no marker begin/],
    ['--from event:frok:2', /^--from: unknown event 'frok'; allowed: initialMapping, /],
    ['--from event:fork', /^--from event:fork: found a trace of 0 events fork$/],
    ['--to record:1000', /^--to record:1000: found a trace of 26 records$/],
    ['--from record:9 --to record:8', /^--to record:8: found it before --from record:9/],
    ['--from 12', /^--from: found '12'; allowed: record:N/],
  ])('%s', async (options, message) => {
    const before = readdirSync(folder);
    expect(await complaintOf(`trace cut t.arrows out.arrows ${options}`.trim(), folder)).toMatch(message);
    expect(readdirSync(folder)).toEqual(before);
  });
});
