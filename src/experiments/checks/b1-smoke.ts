import { decimal } from '../../report/number-text.js';
import { generateTrace } from '../../trace/generate.js';
import { notCheckable, within, type Check, type Finding } from './check.js';
import { PAGES, PASSES, REFERENCES, WALKS } from './published-smoke.js';
import { recorded, replayed } from './replay.js';
import { SMOKE_DESIGNS, smokeConfig, smokeCycles, smokeWalk } from './smoke-walks.js';

const [LEAF_LOW, LEAF_HIGH, LOW, HIGH] = [0.85, 1.15, 4, 4.45];

function references(cycles: readonly number[], alone: readonly number[]): Finding[] {
  return REFERENCES.map(([name, target], at) => {
    const leaf = name === 'G4' || name === 'UDH4';
    return within({
      what: `cycles of reference ${name}`,
      target: decimal(target, 2),
      measured: cycles[at]!,
      band: leaf ? [rounded(LEAF_LOW * target), rounded(LEAF_HIGH * target)] : [LOW, HIGH],
      learned: `without the prefetcher ${decimal(alone[at]!, 2)}`,
    });
  });
}

function walks(cycles: readonly number[], alone: readonly number[]): Finding[] {
  return SMOKE_DESIGNS.map(([what, target, wanted]) => ({
    ...within({
      what: `cycles of a walk: ${what}`,
      target: decimal(target, 2),
      measured: smokeWalk(cycles, wanted),
      band: [rounded(0.9 * target), rounded(1.1 * target)],
    }),
    learned: `without the prefetcher ${decimal(smokeWalk(alone, wanted), 2)}`,
  }));
}

const rounded = (cycles: number): number => Math.round(100 * cycles) / 100;

function findings(): Finding[] {
  const config = smokeConfig();
  const [cycles, alone] = [smokeCycles(config, true), smokeCycles(config, false)];
  const touches = recorded(generateTrace('strided', { refs: PASSES * PAGES, pages: PAGES }));
  const misses = replayed(touches, 'native', config).counters.walks;
  return [
    ...references(cycles, alone),
    ...walks(cycles, alone),
    notCheckable(
      'walks that were counted',
      String(WALKS.count),
      `that takes their instruction trace and their TLB, which replaces the least frequently used entry; with LRU all ${misses} touches miss`,
    ),
  ];
}

export const b1: Check = {
  id: 'B1',
  class: 'BAND',
  title: 'Cycles of each reference of a nested walk: 16 MiB are touched page by page, three times',
  source: 'SagePTE artifact, Simulator/example; next-line prefetcher: default of the drcachesim that it is made of',
  tag: 'P',
  workload:
    'stride of 4096 bytes over 16 MiB, 3 passes, tables at the given frames; caches of tables and data with a next-line prefetcher',
  findings,
};
