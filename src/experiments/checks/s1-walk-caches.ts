import { WALK_CACHES } from '../../config/walk-caches.js';
import { price } from '../../cost/cost-model.js';
import { whole } from '../../report/number-text.js';
import { holds, type Check, type Finding } from './check.js';
import { configOf, replayed } from './replay.js';
import { record, REUSERS, type Program } from './workloads.js';

const SEEDS = [1, 2, 3];
const REFS = 60_000;

/** Cycles of all walks, with each set of caches in turn. */
function walkCycles(program: Program, seed: number): number[] {
  const trace = record(program, REFS, seed);
  return WALK_CACHES.map((walkCaches) => {
    const config = configOf({ machine: 'amd-barcelona', walkCaches, seed });
    const result = replayed(trace, 'nested', config);
    const { walks, faultedWalks } = price(result, config.machine, config.costs);
    return walks + faultedWalks;
  });
}

const falls = (cycles: readonly number[]): boolean => cycles.every((more, at) => at === 0 || more <= cycles[at - 1]!);

function ordering(program: Program): Finding {
  const bySeed = SEEDS.map((seed) => walkCycles(program, seed));
  const ordered = bySeed.filter(falls).length;
  return holds(
    `${program.name}: walk cycles fall, or stay, with each cache`,
    `on ${SEEDS.length} of ${SEEDS.length} seeds`,
    `on ${ordered}; on the first ${bySeed[0]!.map(whole).join(' ≥ ')}`,
    ordered === SEEDS.length,
  );
}

export const s1: Check = {
  id: 'S1',
  class: 'SHAPE',
  title: 'Walk cycles: without walk caches ≥ guest entries cached ≥ nested entries too ≥ with a nested TLB',
  source:
    'Bhargava et al., ASPLOS 2008, abstract; for the nested TLB the order of the caches alone, its gain was not read',
  tag: 'A',
  workload: `GUPS, key-value store with Zipf keys, BFS; ${whole(REFS)} references each, amd-barcelona, nested paging`,
  findings: () => REUSERS.map(ordering),
};
