import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { REUSE_CLASSES } from '../../src/trace/reuse/reuse.js';
import type { TraceStatistics } from '../../src/trace/statistics.js';
import { printedHere } from '../cli/in-process.js';
import { LONG } from '../long.js';

/** Each golden file says where it comes from. */
interface Golden {
  references: object;
  runs: object;
  pages: object;
  threads: number;
  eventsBeforeFirstRun: number;
  events: Record<string, number>;
  syscalls: Record<string, number>;
  misses: {
    'data L1 FA48': number;
    'data L1 16x4': number;
    'fetch L1 FA32': number;
    'fetch L1 16x4': number;
    'L2 128x4 behind FA48+FA32': object;
    'L2 128x12 behind 16x4+16x4': object;
  };
}

async function statistics(shipped: string): Promise<TraceStatistics> {
  const text = await printedHere(`trace info ${shipped} --format json`);
  const { schema, name, source, characteristics, exactness, ...counts } = JSON.parse(text) as Record<string, unknown>;
  expect([schema, name]).toEqual(['vmmu/trace-info@1', shipped]);
  expect([source, characteristics, exactness]).not.toContain(undefined);
  return counts as unknown as TraceStatistics;
}

describe('a shipped trace holds exactly what was recorded', () => {
  test.each(LONG ? ['cc1', 'pydict', 'sort', 'sqlite', 'xz', 'redis', 'memcached'] : ['memcached'])(
    '%s',
    async (name) => {
      const golden = JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8')) as Golden;
      const { syscall, ...events } = golden.events;
      const { misses } = golden;
      const { rows, distinctPages, processes, workingSet, reuse, ...recorded } = await statistics(name);
      expect(recorded).toEqual({
        references: golden.references,
        runs: golden.runs,
        pages: golden.pages,
        threads: golden.threads,
        eventsBeforeFirstRun: golden.eventsBeforeFirstRun,
        events: { ...events, systemCall: syscall },
        systemCalls: golden.syscalls,
        misses: {
          dataL1: { fa48: misses['data L1 FA48'], sets16x4: misses['data L1 16x4'] },
          fetchL1: { fa32: misses['fetch L1 FA32'], sets16x4: misses['fetch L1 16x4'] },
          l2Of128x4: misses['L2 128x4 behind FA48+FA32'],
          l2Of128x12: misses['L2 128x12 behind 16x4+16x4'],
        },
      });
      // The same numbers, come by in other ways.
      const { references, runs, pages } = recorded;
      expect(rows).toBe(runs.all + Object.values(recorded.events).reduce((sum, count) => sum + count, 0));
      expect(distinctPages['2m']).toBe(pages.regions2M);
      expect(processes).toMatchObject([{ space: 0, references: references.all, pages: distinctPages['4k'] }]);
      expect(workingSet.pages.length).toBe(Math.ceil(references.all! / workingSet.windowReferences));
      expect(REUSE_CLASSES.map((one) => reuse[one].references)).toEqual([
        references.all,
        references.fetch,
        references.data,
      ]);
      expect(REUSE_CLASSES.map((one) => reuse[one].pages)).toEqual([distinctPages['4k'], pages.fetch, pages.data]);
      const missesOf = (one: 'fetch' | 'data', size: number): number | undefined =>
        reuse[one].curve.find(({ entries }) => entries === size)?.misses;
      expect(missesOf('data', 48)).toBe(misses['data L1 FA48']);
      expect(missesOf('fetch', 32)).toBe(misses['fetch L1 FA32']);
    },
  );
});

test('the kernel boot holds every record of its source: 3,020,584 of them', async () => {
  const boot = await statistics('boot');
  // Counted in boot-f512.bin by a Python script: records by kind, sum of dcount.
  expect(boot.runs).toMatchObject({ fetch: 843_150, read: 1_443_825, write: 607_442 });
  expect(boot.events).toEqual({
    pageFault: 4_154,
    tableSnapshot: 14_678,
    tableWrite: 88_197,
    cr3Write: 18_280,
    invlpg: 858,
  });
  expect(boot.misses).toBeNull();
});

test('the manifest names every shipped trace, with its checksum', () => {
  const folder = new URL('../../traces/', import.meta.url);
  const { traces } = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as {
    traces: Record<string, { file: string; sha256: string }>;
  };
  const named = Object.values(traces).map(({ file, sha256 }) => [file, sha256]);
  const files = readdirSync(folder).filter((file) => file.includes('.arrows'));
  const found = files.map((file) => [
    file,
    createHash('sha256')
      .update(readFileSync(new URL(file, folder)))
      .digest('hex'),
  ]);
  expect(named.sort()).toEqual(found.sort());
});
