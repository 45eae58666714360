import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_STRATEGIES } from '../../src/paging/names.js';
import type { ResultRow } from '../../src/report/result-row.js';
import { LONG } from '../long.js';
import { printedHere } from './in-process.js';
import { rowsOf, sum } from './rows.js';
import { temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
const MACHINES = 'amd-barcelona,amd-zen4,intel-nehalem,intel-skylake,yardstick';
const rows: ResultRow[] = [];

beforeAll(async () => {
  await printedHere('trace gen zipf zipf.arrows --refs 60k --pages 4096 --every io=5k,systemCall=900', folder);
  await printedHere('trace gen chase chase.arrows --refs 30k --pages 8192', folder);
  for (const pages of ['--guest-pages 4k --host-pages 2m', '--guest-pages 2m'])
    rows.push(...(await rowsOf(folder, `zipf.arrows chase.arrows --machine ${MACHINES} ${pages}`)));
  rows.push(...(await rowsOf(folder, 'zipf.arrows --set host.frames=scattered --set machine.taggedTlb=false')));
  rows.push(...(await rowsOf(folder, `${LONG ? 'boot' : 'git-faults'} --allow-inexact`)));
});

const title = ({ trace, machine, strategy, guestPages, hostPages }: ResultRow): string =>
  [trace, machine, strategy, guestPages, hostPages].join(' ');

/** What two sides of an equation are, in every row. */
function alike(left: (row: ResultRow) => number, right: (row: ResultRow) => number): void {
  expect(rows.map((row) => `${title(row)}: ${left(row)}`)).toEqual(rows.map((row) => `${title(row)}: ${right(row)}`));
}

describe('in every row', () => {
  test('there are as many as were asked for', () =>
    expect(rows.length).toBe((2 * 2 * 5 + 1 + 1) * DEFAULT_STRATEGIES.length));

  test('refs = fetchRefs + readRefs + writeRefs', () =>
    alike(
      ({ counters }) => counters.refs,
      ({ counters }) => counters.fetchRefs + counters.readRefs + counters.writeRefs,
    ));

  test('refs = l1TlbHits + l2TlbHits + tlbMisses', () =>
    alike(
      ({ counters }) => counters.refs,
      ({ counters }) => counters.l1TlbHits + counters.l2TlbHits + counters.tlbMisses,
    ));

  test('walks = tlbMisses + rewalks - untranslatedRuns - emulatedStores', () =>
    alike(
      ({ counters }) => counters.walks,
      ({ counters: c }) => c.tlbMisses + c.rewalks - c.untranslatedRuns - c.emulatedStores,
    ));

  test('walkRefs = guestRefs + nestedRefs + shadowRefs = those of all levels', () => {
    alike(
      ({ counters }) => counters.walkRefs,
      ({ counters }) => counters.guestRefs + counters.nestedRefs + counters.shadowRefs,
    );
    alike(
      ({ counters }) => counters.walkRefs,
      ({ pageWalks }) => sum(pageWalks, ({ refs }) => refs),
    );
  });

  test('vmExits = those of all causes, in count and in cycles', () => {
    alike(
      ({ counters }) => counters.vmExits,
      ({ vmmInvocations }) => sum(vmmInvocations, ({ count }) => count),
    );
    alike(
      ({ cycles }) => cycles.exitHardware + cycles.exitSoftware,
      ({ vmmInvocations }) => sum(vmmInvocations, ({ cycles }) => cycles),
    );
  });

  test('a strategy makes only its own kind of references and of exits', () => {
    for (const { strategy, counters } of rows) {
      const { guestRefs, nestedRefs, shadowRefs, vmExits, hiddenFaults, nestedFaults } = counters;
      if (strategy === 'native') expect([nestedRefs, shadowRefs, vmExits]).toEqual([0, 0, 0]);
      if (strategy === 'shadow') expect([guestRefs, nestedRefs, nestedFaults]).toEqual([0, 0, 0]);
      if (strategy === 'nested') expect([shadowRefs, hiddenFaults, counters.tableWriteExits]).toEqual([0, 0, 0]);
    }
  });
});

test('the guest does the same under every strategy', () => {
  const guest = ({ counters: c }: ResultRow): number[] => [
    c.refs,
    c.guestFaults,
    c.tableWrites,
    c.cr3Writes,
    c.systemCalls,
  ];
  const first = new Map<string, ResultRow>();
  for (const row of rows) {
    const cell = [row.trace, row.machine, row.guestPages].join(' ');
    if (!first.has(cell)) first.set(cell, row);
    expect(guest(row), `${cell} ${row.strategy}`).toEqual(guest(first.get(cell)!));
  }
});
