import { tableFromIPC } from 'apache-arrow';
import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { COUNTER_NAMES } from '../../src/counters/counters.js';
import type { ResultRow } from '../../src/report/result-row.js';
import { printedHere } from './in-process.js';
import { rowsIn, rowsOf } from './rows.js';
import { MAIN, printed, temporaryFolder, vmmu } from './vmmu.js';

const folder = temporaryFolder();
const RUN = 'run small.arrows --strategy native,nested';
let rows: ResultRow[];

beforeAll(async () => {
  await printedHere('trace gen zipf small.arrows --refs 20k --pages 1024 --every cpuid=1k', folder);
  rows = await rowsOf(folder, 'small.arrows --strategy native,nested');
});

/** Names that scripts rely on: they are never changed. */
const PROMISED =
  'refs fetchRefs readRefs writeRefs l1TlbHits l2TlbHits tlbMisses walks walkRefs guestRefs nestedRefs shadowRefs ' +
  'walkCacheSkippedRefs nestedTlbSkippedRefs vmExits mmuVmExits guestFaults hiddenFaults nestedFaults cr3Exits invlpgExits ' +
  'tableWriteExits adExits tlbFlushes shadowFills unsyncs syncs zaps';

describe('--format json', () => {
  test('has every field by its name', () => {
    for (const row of rows) {
      expect(row).toMatchObject({ trace: 'zipf', machine: 'amd-zen4', guestPages: '4k', exactness: 'exact' });
      expect(Object.keys(row.counters)).toEqual(expect.arrayContaining(PROMISED.split(' ')));
      expect(Object.values(row.counters).every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
      expect(Object.values(row.cycles).every((cycles) => cycles >= 0)).toBe(true);
    }
    expect(rows.map(({ strategy, hostPages }) => [strategy, hostPages])).toEqual([
      ['native', 'none'],
      ['nested', '4k'],
    ]);
  });

  test('pageWalks: dimension, level, references made, skipped and served, cycles', () => {
    const { pageWalks } = rows[1]!;
    expect(pageWalks.map(({ dimension, level }) => `${dimension} ${level}`)).toEqual(
      ['guest', 'nested'].flatMap((dimension) => [4, 3, 2, 1].map((level) => `${dimension} ${level}`)),
    );
    for (const walk of pageWalks) {
      expect(walk.refs).toBe(walk.l1Refs + walk.l2Refs + walk.l3Refs + walk.memoryRefs);
      for (const name of ['walkCacheSkippedRefs', 'nestedTlbSkippedRefs', 'cycles'] as const)
        expect(walk[name]).toBeGreaterThanOrEqual(0);
    }
  });

  test('vmmInvocations: cause, both hardware reasons, count, cycles', () => {
    expect(rows[0]!.vmmInvocations).toEqual([]);
    const cpuid = rows[1]!.vmmInvocations.find(({ cause }) => cause === 'cpuid')!;
    expect(cpuid).toMatchObject({
      vmxReason: { number: 10, name: 'CPUID' },
      svmExitCode: { code: '0x72', name: 'VMEXIT_CPUID' },
      count: 20,
    });
    expect(cpuid.cycles).toBe(20 * cpuid.cyclesEach);
  });
});

describe('every format carries the same counters', () => {
  const print = (format: string): Promise<string> => printedHere(`${RUN} --quiet --format ${format}`, folder);
  const counters = (): number[][] => rows.map((row) => COUNTER_NAMES.map((name) => row.counters[name]));

  test('csv', async () => {
    const [header, ...lines] = (await print('csv'))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(lines.map((line) => COUNTER_NAMES.map((name) => Number(line[header!.indexOf(name)])))).toEqual(counters());
  });

  test('ndjson', async () => {
    const lines = (await print('ndjson')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows);
  });

  test('arrow', () => {
    const args = [MAIN, ...RUN.split(' '), '--quiet', '--format', 'arrow'];
    const table = tableFromIPC(execFileSync(process.execPath, args, { cwd: folder }));
    expect(
      table.toArray().map((row: unknown) => COUNTER_NAMES.map((name) => (row as Record<string, number>)[name])),
    ).toEqual(counters());
  });

  test.each(['table', 'markdown', 'latex'])('%s', async (format) => {
    const digits = (await print(format)).replaceAll(/(\d)(?:,|\\,|\{,\})(?=\d{3})/g, '$1');
    for (const { counters, vmmInvocations } of rows) {
      for (const count of [counters.refs, counters.walks, ...vmmInvocations.map((exits) => exits.count)])
        expect(digits).toContain(String(count));
      expect(digits).toContain((counters.walkRefs / counters.walks).toFixed(2));
    }
  });
});

describe('results go to stdout, everything else to stderr', () => {
  test('--timing speaks on stderr', async () => {
    const { stdout, stderr } = await vmmu(folder, `${RUN} --format json --timing --quiet`);
    expect(rowsIn(stdout)).toEqual(rows);
    expect(stderr).toMatch(/^2 replays, 40000 references in [\d.]+ s: [\d.]+ million a second\n$/);
  });

  test('--quiet says nothing else', async () => {
    expect(await printed(folder, `${RUN} --quiet`)).toContain('Summary');
  });
});
