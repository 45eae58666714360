import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { KIND_NAMES } from '../../src/trace/event.js';
import { generateEvents } from '../../src/trace/generate-events.js';
import type { EventGenerator } from '../../src/trace/generators/event-generator.js';
import { EVENT_GENERATORS, type EventGeneratorName } from '../../src/trace/generators/events/index.js';
import { rowsOf } from './hand-made.js';

const names = Object.keys(EVENT_GENERATORS) as EventGeneratorName[];

/** Rows of each kind. */
function kindsOf(name: EventGeneratorName, given: Record<string, number>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { length, kind } of generateEvents(name, given).batches())
    for (let row = 0; row < length; row++) {
      const what = KIND_NAMES[kind[row]!]!;
      counts[what] = (counts[what] ?? 0) + 1;
    }
  return counts;
}

const added = (name: EventGeneratorName, given: Record<string, number> = {}) => {
  const [few, many] = [1000, 3000].map((operations) => kindsOf(name, { ...given, operations }));
  const kinds = Object.keys(many!).filter((kind) => many![kind] !== few![kind]);
  return Object.fromEntries(kinds.map((kind) => [kind, (many![kind]! - (few![kind] ?? 0)) / 2000]));
};

describe('an operation is', () => {
  test.each([
    ['syscall', {}, { fetch: 1, systemCall: 1 }],
    ['syscall', { kpti: 1 }, { fetch: 1, systemCall: 1, cr3Write: 2 }],
    ['in', {}, { fetch: 1, io: 1 }],
    ['cr8wr', {}, { fetch: 1, cr8Write: 1 }],
    ['callret', {}, { fetch: 2, write: 1, read: 1 }],
    ['pgfault', {}, { fetch: 1, pageFault: 1 }],
    ['divzero', {}, { fetch: 1, exception: 1 }],
    ['ptemod', {}, { fetch: 1, tableWrite: 1 }],
    ['forkwait', { written: 5 }, { fetch: 4, write: 10, systemCall: 3, fork: 1, exit: 1, contextSwitch: 2 }],
    ['mmap-touch-munmap', { pages: 3 }, { fetch: 1, systemCall: 2, mmap: 1, write: 3, munmap: 1 }],
    ['mprotect-flips', { pages: 2 }, { fetch: 1, systemCall: 1, mprotect: 1, read: 1, write: 1 }],
    ['switch-ring', { pages: 2 }, { fetch: 1, contextSwitch: 1, read: 2 }],
    ['cow-storm', { pages: 7 }, { fetch: 2, write: 7, systemCall: 2, fork: 1, exit: 1, contextSwitch: 2 }],
    ['tpr-storm', {}, { fetch: 1, cr8Write: 1 }],
    ['tpr-storm', { apic: 1 }, { fetch: 1, apicWrite: 1 }],
  ] as const)('%s %j: %j', (name, given, expected) => {
    expect(added(name, given)).toEqual(expected);
  });

  test('of every generator', () => {
    for (const name of names) expect(Object.keys(added(name))).not.toEqual([]);
  });
});

test.each(names)('%s: the header says what made it and with which parameters, defaults too', (name) => {
  const { parameters }: EventGenerator = EVENT_GENERATORS[name];
  const defaults = Object.fromEntries(Object.entries(parameters).map(([key, parameter]) => [key, parameter.default]));
  const { header } = generateEvents(name, { operations: 7 }, 'mine');
  expect(header.name).toBe('mine');
  expect(header.source.ran).toContain(`generator ${name}:`);
  expect(JSON.parse(header.source.captured)).toEqual({ ...defaults, operations: 7 });
});

test('a context switch names the space of the rows behind it', async () => {
  const rows = await rowsOf(generateEvents('switch-ring', { operations: 2, processes: 2, pages: 1 }));
  expect(rows.map(({ kind, space }) => [kind, space])).toEqual([
    ['initialMapping', 0],
    ['fetch', 0],
    ['mmap', 0],
    ['write', 0],
    ['contextSwitch', 0],
    ['initialMapping', 1],
    ['fetch', 1],
    ['mmap', 1],
    ['write', 1],
    ['contextSwitch', 1],
    ['fetch', 0],
    ['read', 0],
    ['contextSwitch', 0],
    ['fetch', 1],
    ['read', 1],
  ]);
});

test.each([
  ['ptemod', { pages: 0 }, 'pages: found 0; expected a whole number from 1 to 262144'],
  ['forkwait', { written: -1 }, 'written: found -1; expected a whole number from 0'],
  ['switch-ring', { processes: 1 }, 'processes: found 1; expected a whole number from 2 to 1024'],
  ['in', { operations: 0.5 }, 'operations: found 0.5'],
  ['syscall', { kpti: 2 }, 'kpti: found 2; expected a whole number from 0 to 1'],
  ['callret', { pages: 4 }, "unknown parameter 'pages'; allowed: operations"],
] as const)('%s %j is refused', (name, given, message) => {
  expect(() => generateEvents(name, given)).toThrow(UsageError);
  expect(() => generateEvents(name, given)).toThrow(message);
});
