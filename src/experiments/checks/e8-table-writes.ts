import { resolveConfig } from '../../config/resolve.js';
import type { RunConfig } from '../../config/schema.js';
import { equal, type Check, type Finding } from './check.js';
import { exitsOf, replayed } from './micro-workloads.js';
import { total } from './scripted-guest.js';

const N = 1000;
const PAE_PAGES = { pages: 8 };

const configOf = (...set: readonly string[]): RunConfig => resolveConfig({ machine: 'intel-skylake', set });

function ptemod(): Finding[] {
  const config = configOf();
  const [shadow, nested] = (['write-protect', 'nested'] as const).map((name) => exitsOf(name, 'ptemod', N, {}, config));
  return [
    equal(`exits of ${N} writes of entries: shadow tables, each write is caught`, N, total(shadow!)),
    equal(`of these, for a write of a table`, N, shadow!.tableWrite ?? 0),
    equal(`exits of ${N} writes of entries: nested`, 0, total(nested!)),
  ];
}

/** Each entry of a PAE guest is written by two stores of four bytes. */
function pairs(): Finding[] {
  const config = (pairWrites: boolean): RunConfig =>
    configOf('guest.mode=pae', 'guest.memoryMib=2048', `vmm.pairWrites=${pairWrites}`);
  const entriesIn = (operations: number): number =>
    replayed('write-protect', 'mprotect-flips', { ...PAE_PAGES, operations }, config(false)).counters.tableWrites;
  const stores = 2 * (entriesIn(2 * N) - entriesIn(N));
  const exits = (paired: boolean): number =>
    exitsOf('write-protect', 'mprotect-flips', N, PAE_PAGES, config(paired)).tableWrite ?? 0;
  return [
    equal(`exits of ${stores} stores to tables of PAE, each on its own`, stores, exits(false)),
    equal(`exits of ${stores} stores to tables of PAE, in pairs`, stores / 2, exits(true)),
  ];
}

export const e8: Check = {
  id: 'E8',
  class: 'EXACT',
  title: 'Exits of a loop that writes page-table entries',
  source:
    'Adams & Agesen, ASPLOS 2006, 6.2 (ptemod), and Agesen et al., USENIX ATC 2012 (pairs), the counts derived from them',
  tag: 'D',
  workload: `ptemod, ${N} operations; mprotect-flips of 8 pages, ${N} operations`,
  findings: () => [...ptemod(), ...pairs()],
};
