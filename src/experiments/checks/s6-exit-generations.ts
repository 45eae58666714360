import { COSTS } from '../../config/costs/index.js';
import type { Costs } from '../../config/schema.js';
import { price } from '../../cost/cost-model.js';
import { decimal } from '../../report/number-text.js';
import { generateEvents } from '../../trace/generate-events.js';
import { equal, holds, type Check, type Finding } from './check.js';
import { ROUND_TRIPS } from './published-exits.js';
import { configOf, recorded, replayed, stretchOf } from './replay.js';

const PRESCOTT = ROUND_TRIPS[0];
const SANDY_BRIDGE = ROUND_TRIPS.at(-1)!;

/** The round trip alone: software and prices by cause are known of some generations only. */
function hardwareOnly(name: keyof typeof COSTS): Costs {
  const { exitHardwareCycles, source } = COSTS[name];
  return { name, source, exitHardwareCycles, exitSoftwareCycles: 0 };
}

/** TLB misses that pay for one exit of shadow paging, by generation: below that many nested paging wins. */
function crossovers(): Map<string, number> {
  const config = configOf({ machine: 'intel-nehalem' });
  const trace = recorded(generateEvents('boot-events', { refs: 100_000 }));
  const [shadow, nested] = [replayed(trace, 'shadow', config), replayed(trace, 'nested', config)];
  const [oneDimension, two] = [stretchOf(shadow, config), stretchOf(nested, config)];
  const dearer = two.walking / two.walks - oneDimension.walking / oneDimension.walks;
  return new Map(
    ROUND_TRIPS.map(({ generation, costs }) => {
      const { exitHardware } = price(shadow, config.machine, hardwareOnly(costs));
      return [generation, exitHardware / oneDimension.exits / dearer];
    }),
  );
}

function generations(): Finding[] {
  const misses = crossovers();
  const of = ({ generation }: { readonly generation: string }): number => misses.get(generation)!;
  const listed = ROUND_TRIPS.map((row) => `${row.generation} ${decimal(of(row), 1)}`).join(', ');
  const byPrice = ROUND_TRIPS.toSorted((a, b) => a.cycles - b.cycles).map(of);
  return [
    ...ROUND_TRIPS.map(({ generation, costs, cycles }) =>
      equal(`round trip of an exit on ${generation}, as its prices have it`, cycles, COSTS[costs].exitHardwareCycles),
    ),
    holds(
      'TLB misses that pay for one exit',
      'fewer the cheaper the exit',
      listed,
      byPrice.every((count, at) => at === 0 || count > byPrice[at - 1]!),
    ),
    equal(
      'the same, Prescott over Sandy Bridge',
      PRESCOTT.cycles / SANDY_BRIDGE.cycles,
      of(PRESCOTT) / of(SANDY_BRIDGE),
      2,
    ),
  ];
}

export const s6: Check = {
  id: 'S6',
  class: 'SHAPE',
  title: 'Cheaper exits, from Prescott to Sandy Bridge, move the crossover toward shadow paging',
  source: 'Agesen et al., USENIX ATC 2012, table 1; the crossover, C/dW misses for an exit, is arithmetic',
  tag: 'P',
  workload: 'boot-like events, 100,000 references, intel-nehalem; the same counts at the price of each generation',
  findings: generations,
};
