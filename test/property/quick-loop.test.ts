/** The loop for what ends plainly leaves what the way through TLBs, strategy and walker does, whatever is written meanwhile. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONG } from '../long.js';
import { QuickMachine, type Setting } from './quick-machine.js';
import { detour, leafWrite, pointerWrite, RANDOM_PAGES, tableMove } from './random-tables.js';

type Step = (machine: QuickMachine) => unknown;

const page = fc.nat(RANDOM_PAGES.length - 1);

/**
 * Reads of some pages, more than once, because a way is remembered when it has been gone twice; then, with the TLBs as they are or empty,
 * whatever else is done to them, which may be the first write to a page.
 */
const references = fc
  .record({
    rows: fc.array(fc.tuple(fc.constantFrom('read', 'write', 'write', 'fetch' as const), page), {
      minLength: 16,
      maxLength: 16,
    }),
    reads: fc.integer({ min: 0, max: 8 }),
    flush: fc.boolean(),
    rounds: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ rows, reads, flush: flushes, rounds }): Step => (machine) => {
    const first = rows.map(([, at]) => ['read', at] as const);
    machine.refer(Array.from({ length: reads }, () => first).flat());
    if (flushes) machine.loadCr3();
    machine.refer(Array.from({ length: rounds }, () => rows).flat());
  });

const write = (entry: typeof leafWrite): fc.Arbitrary<Step> =>
  entry.map(
    (made): Step =>
      (machine) =>
        machine.tables.write(made),
  );

/** A page is removed after a write to its leaf, or without one; all are by a load of CR3. */
const invlpg = page.map(
  (at): Step =>
    (machine) =>
      machine.invlpg(RANDOM_PAGES[at]!),
);
const flush = fc.constant<Step>((machine) => {
  machine.loadCr3();
});
const moveRoot = fc.constantFrom(0, 0, 1).map(
  (root): Step =>
    (machine) =>
      machine.tables.moveRoot(root),
);
const repair = fc.constant<Step>((machine) => {
  machine.tables.mend();
});

/** Another way through the tables, which nobody tells the caches of: what they hold leads elsewhere for as long as they hold it. */
const stale = fc
  .tuple(
    fc.oneof(detour, tableMove),
    fc.array(page, { minLength: 24, maxLength: 24 }),
    fc.constantFrom(true, true, true, false),
  )
  .map(([entry, pages, mends]): Step => (machine) => {
    const reads = pages.map((at) => ['read', at] as const);
    if (mends) machine.tables.mend();
    machine.refer([...reads, ...reads]);
    machine.tables.write(entry);
    machine.refer(Array.from({ length: 8 }, () => reads).flat());
  });

const steps = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: references },
    { weight: 6, arbitrary: write(leafWrite) },
    { weight: 3, arbitrary: write(pointerWrite) },
    { weight: 3, arbitrary: stale },
    { weight: 3, arbitrary: invlpg },
    { weight: 2, arbitrary: flush },
    { weight: 1, arbitrary: moveRoot },
    { weight: 4, arbitrary: repair },
  ),
  { minLength: 40, maxLength: 40 },
);

const geometry = fc.constantFrom(
  { entries: 2, ways: 0 },
  { entries: 4, ways: 0 },
  { entries: 8, ways: 0 },
  { entries: 8, ways: 2 },
);
const walkCache = fc
  .record({
    organisation: fc.constantFrom('uptc' as const, 'uptc' as const, 'utc' as const),
    dimensions: fc.constantFrom('1d' as const, '2d' as const),
    cycles: fc.constant(1),
  })
  .chain((of) => geometry.map((size) => ({ ...of, ...size })));

const setting: fc.Arbitrary<Omit<Setting, 'host'>> = fc.record({
  user: fc.boolean(),
  replacement: fc.constantFrom('lru' as const, 'lru' as const, 'tree-plru' as const),
  entries: fc.constantFrom(8, 12, 16),
  walkCache: fc.oneof(fc.constant(null), walkCache),
  nestedTlb: fc.option(
    geometry.map((of) => ({ ...of, holds: 'tables' as const, cycles: 1 })),
    { freq: 3 },
  ),
  pteCache: fc.constantFrom(false, false, true),
});

test.each(['none', '4level', 'ept'] as const)(
  'references that take the loop leave the counts, TLBs and tables of those that do not: host %s',
  (host) => {
    const walks = { all: 0, inLoop: 0 };
    fc.assert(
      fc.property(setting, steps, (given, made) => {
        const [quick, slow] = [new QuickMachine({ ...given, host }, true), new QuickMachine({ ...given, host }, false)];
        for (const step of made) for (const machine of [quick, slow]) step(machine);
        expect(quick.state).toEqual(slow.state);
        expect(wordsOf(quick).equals(wordsOf(slow))).toBe(true);
        walks.all += slow.asked;
        walks.inLoop += slow.asked - quick.asked;
      }),
      { numRuns: LONG ? 1000 : 250 },
    );
    expect(walks.inLoop).toBeGreaterThan(walks.all / 20);
  },
);

const wordsOf = ({ tables }: QuickMachine): Buffer => Buffer.from(tables.memory.words.buffer);
