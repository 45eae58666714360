/** Tables of random words, which change between walks in every way that words can. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FORMATS, PTE } from '../../src/memory/formats/index.js';
import { PhysicalMemory } from '../../src/memory/physical.js';
import { DEFAULT_CONTROLS, Dimension } from '../../src/mmu/dimension.js';
import { Walker } from '../../src/mmu/walker.js';
import { LONG } from '../long.js';

/** Tables of the guest lie in its frames 1 to 6, of which the first is its root; those of the host in system frames 17 to 22. */
const TABLES = 6;
const GUEST_TABLES = 1;
const HOST_TABLES = 17;
const FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed;
const LEVELS = 4;

/** Of a page: the same index of 0 or 1 at each level above 1, and 0 to 7 at level 1. */
const pageAt = (upper: number, index: number): number => upper * (2 ** 27 + 2 ** 18 + 2 ** 9) + index;

const flags = fc
  .tuple(
    fc.constantFrom(FLAGS, FLAGS, FLAGS, FLAGS & ~PTE.present, FLAGS & ~PTE.writable, FLAGS & ~PTE.user),
    fc.constantFrom(0, PTE.accessed, PTE.dirty, PTE.large),
  )
  .map(([most, other]) => most ^ other);

type Step = (machine: Machine) => unknown;

const write = fc
  .record({
    table: fc.integer({ min: 0, max: 2 * TABLES - 1 }),
    index: fc.integer({ min: 0, max: 7 }),
    to: fc.integer({ min: 0, max: 7 }),
    flags,
  })
  .map(({ table, index, to, flags: low }): Step => ({ memory }) => {
    const frame = table < TABLES ? GUEST_TABLES + table : HOST_TABLES + table - TABLES;
    memory.writePair(frame, index, (to << 12) | low, 0);
  });

const clear = fc.integer({ min: 0, max: TABLES - 1 }).map(
  (table): Step =>
    ({ memory }) =>
      memory.clear(GUEST_TABLES + table),
);

const moveRoot = fc.constantFrom(1, 1, 1, 2).map(
  (root): Step =>
    ({ walker }) =>
      (walker.guest.root = root),
);

const walk = fc
  .record({
    upper: fc.constantFrom(0, 0, 0, 1),
    index: fc.integer({ min: 0, max: 7 }),
    access: fc.constantFrom(4, 6, 0, 2, 20),
    times: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ upper, index, access, times }): Step => (machine) => {
    for (let time = 0; time < times; time++) machine.walk(pageAt(upper, index), access);
  });

const steps = fc.array(
  fc.oneof({ weight: 6, arbitrary: walk }, { weight: 3, arbitrary: write }, { weight: 1, arbitrary: clear }, moveRoot),
  { minLength: 60, maxLength: 60 },
);

class Machine {
  readonly memory = new PhysicalMemory();
  readonly walker: Walker;
  readonly ends: unknown[] = [];

  constructor(nested: boolean, remembers: boolean) {
    const guest = new Dimension(FORMATS['4level'], GUEST_TABLES * 4096, DEFAULT_CONTROLS);
    const host = nested ? new Dimension(FORMATS['4level'], HOST_TABLES * 4096, DEFAULT_CONTROLS) : null;
    this.walker = new Walker(this.memory, guest, host);
    this.walker.remember(remembers);
    this.chain(GUEST_TABLES);
    this.chain(HOST_TABLES);
    for (let index = 0; index < 8; index++) {
      this.memory.writePair(GUEST_TABLES + LEVELS - 1, index, (index << 12) | FLAGS, 0);
      this.memory.writePair(HOST_TABLES + LEVELS - 1, index, (index << 12) | FLAGS | PTE.dirty, 0);
    }
  }

  /** A root and a table of each level below, each by both of its first entries. */
  private chain(first: number): void {
    for (let table = first; table < first + LEVELS - 1; table++)
      for (const index of [0, 1]) this.memory.writePair(table, index, ((table + 1) << 12) | FLAGS, 0);
  }

  walk(page: number, access: number): void {
    const { walker } = this;
    const status = walker.walk(page, access);
    const { refs, frame, guestFrame, guestShift, hostShift, guestRights, guestHigh, leafLow, leafRead } = walker;
    const { errorCode, faultFrame, faultOffset, faultInTable, hostWritable, hostDirty, noExecute } = walker;
    this.ends.push(
      status === 0
        ? [refs, frame, guestFrame, guestShift, hostShift, guestRights, guestHigh, leafLow, leafRead]
        : [status, refs, errorCode, faultFrame, faultOffset, faultInTable],
      status === 0 && [hostWritable, hostDirty, noExecute],
    );
  }

  get counts(): unknown {
    const { guestRefs, nestedRefs, tally } = this.walker;
    return [guestRefs, nestedRefs, tally.walks, tally.faultedWalks, tally.faultedServed, tally.peak];
  }
}

test.each([
  ['natively', false],
  ['through nested tables', true],
])(
  '%s a walk that begins where others have been ends, counts and marks as a whole one, whatever is written meanwhile',
  (_, nested) => {
    fc.assert(
      fc.property(steps, (made) => {
        const [remembering, whole] = [new Machine(nested, true), new Machine(nested, false)];
        for (const step of made) for (const machine of [remembering, whole]) step(machine);
        expect(remembering.ends).toEqual(whole.ends);
        expect(remembering.counts).toEqual(whole.counts);
        expect(Buffer.from(remembering.memory.words.buffer).equals(Buffer.from(whole.memory.words.buffer))).toBe(true);
      }),
      { numRuns: LONG ? 20_000 : 1000 },
    );
  },
);
