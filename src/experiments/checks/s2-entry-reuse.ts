import { percent, whole } from '../../report/number-text.js';
import type { WalkCaches } from '../../config/walk-caches.js';
import { holds, type Check, type Finding } from './check.js';
import { EntryUses } from './entry-uses.js';
import { configOf, replayed } from './replay.js';
import { record, REUSERS, type Program } from './workloads.js';

const REFS = 200_000;
const ENTRIES = 0.1;
const READS = 0.9;

/** @returns share of all reads that go to the most used tenth of the entries */
function reuse(program: Program, walkCaches: WalkCaches): number {
  const uses = new EntryUses();
  replayed(record(program, REFS), 'nested', configOf({ machine: 'amd-barcelona', walkCaches }), uses);
  return uses.readsOfMostUsed(ENTRIES);
}

function finding(program: Program): Finding {
  const [all, left] = [reuse(program, 'none'), reuse(program, '2d+ntlb')];
  const measured = `${percent(all)} of all reads; ${percent(left)} of those that the walk caches leave`;
  if (program.name !== 'GUPS')
    return holds(
      `${program.name}: reads that go to 10 % of the entries`,
      '≥ 90 % of all reads',
      measured,
      all >= READS,
    );
  return {
    ...holds(
      'GUPS: its pages are equally likely, so it must violate this',
      '< 90 % of the reads that caches leave',
      measured,
      left < READS,
    ),
    learned:
      'without walk caches GUPS does not violate it: 22 of the 24 reads of each walk are above the last entry of either dimension, ' +
      'where a few entries serve all pages. With them, neither of the other programs keeps it',
  };
}

export const s2: Check = {
  id: 'S2',
  class: 'SHAPE',
  title: 'A tenth of the table entries serves nine tenths of the reads of walks',
  source:
    'Bhargava et al., ASPLOS 2008, as notes on the paper have it; whether with walk caches is not said: without them here',
  tag: 'S',
  workload: `key-value store with Zipf keys, BFS, GUPS; ${whole(REFS)} references each, amd-barcelona, nested paging`,
  findings: () => REUSERS.map(finding),
};
