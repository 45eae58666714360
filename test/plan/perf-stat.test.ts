/** perf stat in each of its forms gives the same counts; what is no count of all processors together is refused. */
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { TraceError } from '../../src/errors.js';
import { EVENT_SETS, EVENTS } from '../../src/plan/measured/events.js';
import { eventName } from '../../src/plan/measured/event-name.js';
import { profileReaderOf, readProfile } from '../../src/profile/read.js';
import { ImportNotes } from '../../src/trace/notes.js';

async function read(text: string, notes = new ImportNotes()) {
  expect(profileReaderOf(Buffer.from(text))).toBe('perf-stat');
  return readProfile({ path: 'x', bytes: Readable.from([Buffer.from(text)]) }, 'perf-stat', notes);
}

const TABLE = `
 Performance counter stats for 'system wide' (3 runs):

     1,234,567,890      cycles                    #    3.500 GHz                      ( +-  0.50% )  (62.50%)
         12,345.67 msec task-clock                #    1.000 CPUs utilized            ( +-  0.84% )
             2,345      cpu_core/page-faults/u                                        ( +-  1.18% )
     <not counted>      dTLB-load-misses                                              (0.00%)
   <not supported>      iTLB-load-misses

         2.5000000 +- 0.0000142 seconds time elapsed  ( +-  1.76% )
`;

test('the table: deviations, shares of the time, what was not counted', async () => {
  const notes = new ImportNotes();
  const { counters, shares, seconds, vcpus } = await read(TABLE, notes);
  expect(counters).toEqual({ cycles: 1_234_567_890, 'task-clock': 12_345.67, 'cpu_core/page-faults/u': 2345 });
  expect([shares, seconds, vcpus]).toEqual([{ cycles: 0.625 }, 2.5, null]);
  expect(notes.record.dropped).toEqual({
    'rows of dTLB-load-misses, which was not counted': 1,
    'rows of iTLB-load-misses, which was not supported': 1,
  });
});

test.each([
  ['points', '1.234.567      cycles      (62,50%)', 1_234_567],
  ['apostrophes', "1'234'567      cycles      (62.50%)", 1_234_567],
  ['nothing', '1234567      cycles      (62.50%)', 1_234_567],
])('thousands separated by %s', async (_, row, cycles) => {
  const text = `Performance counter stats for 'x':\n  ${row}\n  2,500000000 seconds time elapsed\n`;
  expect(await read(text)).toMatchObject({ counters: { cycles }, shares: { cycles: 0.625 }, seconds: 2.5 });
});

test.each([',', ';', '|', '\t'])('separated by %j', async (s) => {
  const text = ['7', '', 'cycles', '0.50%', '1000', '50.00', '1.0', 'GHz'].join(s);
  const time = ['2500000000', 'ns', 'duration_time', '2500000000', '100.00', '', ''].join(s);
  expect(await read(`${text}\n${time}\n`)).toMatchObject({
    counters: { cycles: 7 },
    shares: { cycles: 0.5 },
    seconds: 2.5,
  });
});

test.each([
  [
    'the table',
    '#           time             counts unit events\n     1.000000000      5      cycles\n     2.500000000      7      cycles\n',
  ],
  ['-x', '1.000000000,5,,cycles,1,100.00,,\n2.500000000,7,,cycles,1,100.00,,\n'],
  [
    '-j',
    '{"interval" : 1.0, "counter-value" : "5.000000", "unit" : "", "event" : "cycles"}\n{"interval" : 2.5, "counter-value" : "7.000000", "unit" : "", "event" : "cycles"}\n',
  ],
])('intervals of %s are added up', async (_, text) => {
  expect(await read(text)).toMatchObject({ counters: { cycles: 12 }, seconds: 2.5 });
});

test('metrics of a group are none of the event above them', async () => {
  const text = `Performance counter stats for 'x':
    100      cycles
             TopdownL1      #     14.5 %  tma_retiring             (62.50%)
                            #     45.5 %  tma_frontend_bound       (62.50%)
    1.000000000 seconds time elapsed
`;
  expect(await read(text)).toMatchObject({ counters: { cycles: 100 }, shares: {} });
  const json = '{"counter-value" : "7.0", "unit" : "", "event" : "cycles"}\n{"metricgroup" : "TopdownL1"}\n';
  expect(await read(json)).toMatchObject({ counters: { cycles: 7 } });
});

describe('one clear line', () => {
  const one = "Performance counter stats for 'x':\n";
  test.each([
    ['two reports', TABLE + TABLE, 'line 12: found'],
    [
      'single processors',
      `${one}CPU0       82      page-faults\n`,
      "line 2: found 'CPU0       82      page-faults'; expected counts of all",
    ],
    ['single cores with -x', 'S0-D0-C0,1,333,,page-faults,102971094,100.00,,\n', 'perf stat without -A, --per-core'],
    [
      'single processors with -j',
      '{"cpu" : "0", "counter-value" : "1.0", "event" : "cycles"}\n',
      'expected counts of all',
    ],
    ['garbage', `${one}garbage\n`, "line 2: found 'garbage'; expected a row as 1,234,567 dTLB-load-misses"],
    ['a negative count', `${one}  -5   cycles\n`, "line 2: found '-5   cycles'"],
    ['thousands that are not', `${one}  1,23   cycles\n`, 'line 2: found'],
    ['JSON that is none', '{"counter-value" : 1\n', 'line 1: found'],
    ['a share above 100 %', `${one}  5   cycles  (100.50%)\n`, 'at most 100 %'],
    ['no time', `${one}  5   cycles\n  0.000000000 seconds time elapsed\n`, "found '0 seconds'"],
    ['nothing counted', `${one}  <not counted>   cycles\n`, 'x: found no exit and no counter'],
  ])('%s', async (_, text, message) => {
    const error: unknown = await read(text).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TraceError);
    expect((error as Error).message).toContain(message);
  });
});

test.each([
  ['cycles', { base: 'cycles', unit: '', mode: 'all', whose: null, raw: false }],
  ['dTLB-load-misses:u', { base: 'dtlb-load-misses', mode: 'user' }],
  ['cycles:ukhpp', { base: 'cycles', mode: 'all' }],
  ['cycles:kG', { base: 'cycles', mode: 'kernel', whose: 'guest' }],
  ['cycles:H', { base: 'cycles', whose: 'host' }],
  [
    'cpu_core/DTLB_LOAD_MISSES.WALK_PENDING/u',
    { base: 'dtlb_load_misses.walk_pending', unit: 'cpu_core', mode: 'user' },
  ],
  [
    'cpu/event=0x08,umask=0x10,name=dtlb_load_misses.walk_pending/',
    { base: 'dtlb_load_misses.walk_pending', raw: false },
  ],
  ['r1008', { raw: true }],
  ['cpu/event=0x08,umask=0x10/', { raw: true }],
])('%s is understood', (name, parts) => {
  expect(eventName(name)).toMatchObject(parts);
});

test('commands ask for events that are understood', () => {
  const asked = Object.values(EVENT_SETS).flatMap((events) => events.split(','));
  expect(asked.filter((event) => EVENTS[event]?.rate == null)).toEqual([]);
});
