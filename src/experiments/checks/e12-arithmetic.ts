import { configOf } from './replay.js';
import { breakEvenExitCycles } from '../../cost/break-even.js';
import { price, type CostBreakdown } from '../../cost/cost-model.js';
import { speedupOf, wholeSpeedup } from '../../cost/speedup.js';
import { emptyResult } from '../../run/cell-result.js';
import { equal, type Check, type Finding } from './check.js';
import { SAGEPTE_ROWS, type SagePteRow } from './sagepte-rows.js';

const MILLION = 1_000_000;
const BASE_CPI = 1;

interface Counts {
  /** Of a million instructions. */
  readonly misses: number;
  readonly exits: number;
}

/** The cost model, with one table reference for each miss and a fault for each exit. */
function cyclesOf({ misses, exits }: Counts, missCycles: number, exitCycles: number): CostBreakdown {
  const set = [
    `machine.caches.memoryCycles=${missCycles}`,
    `costs.exitHardwareCycles=${exitCycles}`,
    'costs.exitSoftwareCycles=0',
  ];
  const { machine, costs } = configOf({ machine: 'yardstick', set });
  const empty = emptyResult();
  const served = [0, 0, 0, misses];
  const result = {
    ...empty,
    counters: { ...empty.counters, refs: MILLION },
    exits: { ...empty.exits, guestFault: exits },
    levels: [{ dimension: 'nested', level: 1, served, walkCacheSkipped: 0, nestedTlbSkipped: 0 }],
  } as const;
  return price(result, machine, costs);
}

/** Misses for each exit at which nested and shadow paging cost the same. */
function missesForAnExit(missCycles: number, exitCycles: number): number {
  const [nested, shadow] = [
    { misses: 1000, exits: 0 },
    { misses: 0, exits: 1 },
  ] as const;
  const priced = (counts: Counts) => ({ exits: counts.exits, cycles: cyclesOf(counts, missCycles, exitCycles) });
  return (nested.misses * exitCycles) / breakEvenExitCycles(priced(shadow), priced(nested))!;
}

/** Exercise 5.14: of 1000 instructions 0.2 miss the TLB and 0.001 fault; 200 cycles of a nested miss, 30,000 of a fault under shadow paging. */
function exercise(): Finding[] {
  const [missCycles, faultCycles] = [200, 30_000];
  const cpi = (misses: number, exits: number): number =>
    BASE_CPI + cyclesOf({ misses, exits }, missCycles, faultCycles).total / MILLION;
  return [
    equal('CPI under shadow paging', 1.03, cpi(0, 1), 2),
    equal('CPI under nested paging', 1.04, cpi(200, 0), 2),
    equal('CPI under nested paging with half the misses', 1.02, cpi(100, 0), 2),
    equal('TLB misses for each fault at which both cost the same', 150, missesForAnExit(missCycles, faultCycles)),
    equal('TLB misses of 40 cycles for each exit of 3000 cycles, the same', 75, missesForAnExit(40, 3000)),
  ];
}

const INCONSISTENT = 'levels and speedup of this row contradict each other where they were published';

/** SagePTE leaves out the nested walk for the data. */
function speedups({ program, pages, walking, hfinal, walkSpeedup, runSpeedup }: SagePteRow): Finding[] {
  const ofWalks = speedupOf(hfinal.reduce((sum, percentage) => sum + percentage, 0) / 100);
  const found = [
    equal(`${program}, ${pages}: speedup of walks without the last nested walk`, walkSpeedup, ofWalks, 4),
    equal(`${program}, ${pages}: speedup of the run`, runSpeedup, wholeSpeedup(walking, ofWalks), 4),
  ];
  if (program !== 'redis' || pages !== '4k') return found;
  return found.map((finding) => ({ ...finding, verdict: 'not checkable', learned: INCONSISTENT }));
}

export const e12: Check = {
  id: 'E12',
  class: 'EXACT',
  title: 'Arithmetic of costs: CPI, break-even, and speedups from shares',
  source: 'Patterson & Hennessy, 5th ed., exercise 5.14, from public solutions; data of the SagePTE artifact (P)',
  tag: 'S',
  workload: 'none: published numbers are put into the cost model',
  findings: () => [...exercise(), ...SAGEPTE_ROWS.flatMap(speedups)],
};
