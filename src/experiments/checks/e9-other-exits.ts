import { configOf } from './replay.js';
import type { StrategyName } from '../../paging/index.js';
import type { CellResult } from '../../run/cell-result.js';
import { EVENT_GENERATORS, type EventGeneratorName } from '../../trace/generators/events/index.js';
import { generateTrace } from '../../trace/generate.js';
import { all, equal, type Check, type Finding } from './check.js';
import { otherExits, replayed, replayedTrace } from './micro-workloads.js';

const STRATEGIES = ['shadow', 'write-protect', 'vtlb', 'nested'] as const satisfies readonly StrategyName[];
const CONFIG = configOf({ machine: 'intel-skylake' });

const REFS = 5000;
/** An event after each so many references. */
const EVERY = { cpuid: 100, io: 101, hlt: 102, rdmsr: 103, wrmsr: 104, interrupt: 105 } as const;
const OPERATIONS = 40;

/** Each exits as often as it happens, and so under all of them. */
function events(): Finding[] {
  const results = STRATEGIES.map((strategy) => {
    const trace = generateTrace('zipf', { refs: REFS, pages: 256, every: EVERY });
    return { strategy, exits: otherExits(replayedTrace(strategy, trace, CONFIG)) };
  });
  return (Object.keys(EVERY) as (keyof typeof EVERY)[]).flatMap((event) =>
    results.map(({ strategy, exits }) =>
      equal(`${event} exits: ${strategy}`, Math.floor(REFS / EVERY[event]), exits[event] ?? 0),
    ),
  );
}

const sameAs = (one: CellResult, other: CellResult): boolean =>
  JSON.stringify(otherExits(one)) === JSON.stringify(otherExits(other));

/** Loops of one operation each, whatever it is. */
function loops(): Finding {
  const names = Object.keys(EVENT_GENERATORS) as EventGeneratorName[];
  const cases = names.flatMap((name) => {
    const [first, ...others] = STRATEGIES.map((strategy) =>
      replayed(strategy, name, { operations: OPERATIONS }, CONFIG),
    );
    return others.map((other) => sameAs(first!, other));
  });
  return all('micro-workloads whose exits that are not for memory are those under shadow paging, by cause', cases);
}

export const e9: Check = {
  id: 'E9',
  class: 'EXACT',
  title: 'Exits that have nothing to do with memory are the same under shadow and nested paging',
  source:
    'boot of Ubuntu 20.04 with ept=0 and ept=1, nicolashanout/linux, c212db19: CPUID 132,252 and 132,076; derived for one and the same trace',
  tag: 'D',
  workload: `zipf, ${REFS} references, with an event of each kind after each 100 to 105; ${OPERATIONS} operations of each micro-workload`,
  findings: () => [...events(), loops()],
};
