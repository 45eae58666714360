import { whole } from '../../report/number-text.js';
import { holds, type Check, type Finding } from './check.js';
import { EntryUses } from './entry-uses.js';
import { configOf, replayed } from './replay.js';
import { record, REUSERS, type Program } from './workloads.js';

const REFS = 200_000;
const LEAVES = ['gL1,G', 'nL1,gPA'];

function finding(program: Program): Finding {
  const uses = new EntryUses();
  replayed(record(program, REFS), 'nested', configOf({ machine: 'amd-barcelona', walkCaches: 'none' }), uses);
  const classes = [...uses.classes()].toSorted(([, a], [, b]) => b - a).slice(0, 3);
  const largest = classes.slice(0, 2).map(([name]) => name);
  return holds(
    `${program.name}: the two largest classes of entries that are read`,
    LEAVES.join(' and '),
    classes.map(([name, entries]) => `${name} ${whole(entries)}`).join(', '),
    LEAVES.every((leaf) => largest.includes(leaf)),
  );
}

export const s3: Check = {
  id: 'S3',
  class: 'SHAPE',
  title:
    'Most table entries that walks read are the last of the guest (gL1,G) and the last of the host for data (nL1,gPA)',
  source: 'Bhargava et al., ASPLOS 2008, as notes on the paper have it',
  tag: 'S',
  workload: `GUPS, key-value store with Zipf keys, BFS; ${whole(REFS)} references each, amd-barcelona without walk caches, nested paging`,
  findings: () => REUSERS.map(finding),
};
