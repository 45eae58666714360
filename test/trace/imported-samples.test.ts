/** The shipped traces that were imported hold what was counted in the tools' own text. */
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { LARGE_TRACES, shippedNames, shippedPath } from '../../src/trace/shipped.js';
import type { NotesRecord } from '../../src/trace/notes.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { traceStatistics } from '../../src/trace/statistics.js';
import { printedHere } from '../cli/in-process.js';

const { traces } = JSON.parse(readFileSync('traces/manifest.json', 'utf8')) as {
  traces: Record<string, { bytes: number; captured: string; notes?: NotesRecord }>;
};

/** Lines of each event in the text of perf, counted with grep: traces/README.md says where it comes from. */
const PERF = {
  'gcc-faults': {
    user: 1892,
    kernel: 12,
    flushes: 242,
    mmap: 90,
    munmap: 3,
    mprotect: 20,
    brk: 29,
    switches: 36,
    fork: 2,
    exec: 3,
  },
  'git-faults': { user: 699, kernel: 4, flushes: 92, mmap: 21, munmap: 1, mprotect: 5, brk: 125, switches: 1, exec: 1 },
  'sqlite-faults': {
    user: 3987,
    kernel: 2,
    flushes: 44,
    mmap: 30,
    munmap: 1,
    mprotect: 8,
    brk: 125,
    switches: 6,
    exec: 1,
  },
  'pydict-faults': {
    user: 10586,
    kernel: 6,
    flushes: 320,
    mmap: 52,
    munmap: 28,
    mprotect: 6,
    brk: 8,
    switches: 11,
    exec: 1,
  },
};

describe.each(Object.entries(PERF))('%s', (name, { user, kernel, flushes, switches, ...events }) => {
  test('has every event of the recording, as rows or among what was left out', async () => {
    const trace = await openAnyTrace(shippedPath(name));
    const statistics = await traceStatistics(trace);
    const { dropped, synthesised } = trace.notes!.record;
    expect(statistics.references.all).toBe(user + kernel);
    expect(statistics.misses).toBeNull();
    expect(statistics.events).toMatchObject({ ...events, exit: events.exec });
    expect(dropped['tlb_flush, of which the guest model makes its own']).toBe(flushes);
    const untold = synthesised['contextSwitch that no sched_switch tells'] ?? 0;
    const left = dropped['switches to what is no process of the trace'] ?? 0;
    expect((statistics.events.contextSwitch ?? 0) - untold + left).toBe(switches);
  });
});

test('replays fault as often as the programs did, and say that they are not exact', async () => {
  const names = Object.keys(PERF).join(' ');
  const text = await printedHere(
    `run ${names} --strategy shadow,nested --set guest.faultAroundPages=1 --format json --quiet`,
  );
  const { rows } = JSON.parse(text) as {
    rows: { trace: keyof typeof PERF; exactness: string; counters: Record<string, number> }[];
  };
  expect(rows).toHaveLength(8);
  for (const { trace, exactness, counters } of rows) {
    expect(exactness).toBe('inexact: only references that faulted were captured');
    expect(counters['guestFaults']).toBe(PERF[trace].user + PERF[trace].kernel);
  }
});

test('sh-churn has every reference of the five files: 966,255 lines, 746 of them across two pages', async () => {
  const trace = await openAnyTrace(shippedPath('sh-churn'));
  const { references, events } = await traceStatistics(trace);
  expect(references.all).toBe(966_255 + 746);
  // Of seven children two have their files: what they do before their exec, and the image. The other five exit where the shell waits for them.
  expect(events).toMatchObject({ fork: 7, exec: 2, exit: 3 + 5 });
  expect(trace.notes!.record.dropped).toEqual({ 'children whose file was not given': 5 });
});

test('notes of an import are in the manifest too', async () => {
  for (const [name, { notes }] of Object.entries(traces).filter(([, trace]) => trace.notes !== undefined)) {
    const trace = await openAnyTrace(shippedPath(name));
    await traceStatistics(trace);
    expect(trace.notes!.record).toEqual(notes);
  }
});

test('what is replayed by default are the traces that no import made', () => {
  const imported = Object.keys(traces).filter((name) => traces[name]!.captured.includes('vmmu trace import'));
  expect(shippedNames().filter((name) => !LARGE_TRACES.includes(name))).toEqual(imported.sort());
  expect(LARGE_TRACES.filter((name) => !shippedNames().includes(name))).toEqual([]);
});

test('all traces take less than 50 MB', () => {
  expect(Object.values(traces).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(50e6);
});

test('the table in traces/README.md is the one made from the manifest', () => {
  expect(execFileSync(process.execPath, ['scripts/traces-readme.mjs'], { encoding: 'utf8' })).toBe(
    readFileSync('traces/README.md', 'utf8'),
  );
});
