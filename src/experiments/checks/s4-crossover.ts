import { COSTS } from '../../config/costs/index.js';
import type { Costs, RunConfig } from '../../config/schema.js';
import { invocationsCycles, price } from '../../cost/cost-model.js';
import { decimal } from '../../report/number-text.js';
import type { CellResult } from '../../run/cell-result.js';
import { generateEvents } from '../../trace/generate-events.js';
import { generateTrace } from '../../trace/generate.js';
import { EXIT_CAUSES } from '../../vmm/exits.js';
import { all, equal, holds, type Check, type Finding } from './check.js';
import { afterWarmUp, configOf, recorded, replayed, stretchOf, type Recorded } from './replay.js';

const MACHINES = ['amd-barcelona', 'intel-nehalem', 'intel-cascadelake'];
const PAGES = 2 ** 13;

interface Case {
  readonly what: string;
  readonly trace: () => Recorded;
  /** References before what is compared. */
  readonly warmUp: number;
  readonly winner: 'shadow' | 'nested';
}

function chase(pages: number): Case {
  return {
    what: `pointer chase through ${pages / 256} MiB`,
    trace: () => recorded(generateTrace('chase', { refs: 16 * pages, pages })),
    warmUp: pages,
    winner: 'shadow',
  };
}

const CASES: readonly Case[] = [
  chase(PAGES),
  chase(2 * PAGES),
  {
    what: 'GUPS after warm-up',
    trace: () => recorded(generateEvents('gups', { refs: 36 * PAGES, pages: PAGES })),
    warmUp: 24 * PAGES,
    winner: 'shadow',
  },
  {
    what: 'fork and wait',
    trace: () => recorded(generateEvents('forkwait', { operations: 100 })),
    warmUp: 0,
    winner: 'nested',
  },
  {
    what: 'fork and exec',
    trace: () => recorded(generateEvents('fork-server', { operations: 50, exec: 1 })),
    warmUp: 0,
    winner: 'nested',
  },
  {
    what: 'mmap, touch, munmap',
    trace: () => recorded(generateEvents('mmap-touch-munmap', { operations: 300 })),
    warmUp: 0,
    winner: 'nested',
  },
];

function winners({ what, trace, warmUp, winner }: Case): Finding[] {
  const replay = trace();
  return MACHINES.map((machine) => {
    const config = configOf({ machine });
    const shadow = afterWarmUp(replay, warmUp, 'shadow', config).total;
    const nested = afterWarmUp(replay, warmUp, 'nested', config).total;
    const won = shadow < nested ? 'shadow' : 'nested';
    return holds(
      `${what}, ${machine}`,
      `${winner} wins`,
      `${won}: shadow/nested ${decimal(shadow / nested, 2)}`,
      won === winner,
    );
  });
}

/** Programs whose walks are cheaper under shadow paging, and exits more: one price makes them cost the same. */
const MIXED = ['build', 'boot-events', 'database', 'key-value'] as const;

interface Pair {
  readonly program: string;
  readonly config: RunConfig;
  readonly shadow: CellResult;
  readonly nested: CellResult;
}

function pairs(): Pair[] {
  const config = configOf({ machine: 'intel-nehalem' });
  return MIXED.map((program) => {
    const trace = recorded(generateEvents(program, { refs: 100_000 }));
    return { program, config, shadow: replayed(trace, 'shadow', config), nested: replayed(trace, 'nested', config) };
  });
}

/** M·dW: misses, times the cycles that a two-dimensional walk of one takes more. */
function walkingMore({ shadow, nested, config }: Pair): number {
  const misses = nested.counters.walks;
  const [oneDimension, two] = [shadow, nested].map((result) => stretchOf(result, config).walking / misses);
  return misses * (two! - oneDimension!);
}

/** What nested paging costs less than shadow paging. */
function gain({ shadow, nested, config: { machine } }: Pair, costs: Costs): number {
  return price(shadow, machine, costs).total - price(nested, machine, costs).total;
}

function atOnePrice(cycles: number): Costs {
  return { name: 'one price', source: '', exitHardwareCycles: cycles, exitSoftwareCycles: 0 };
}

/** The price of an exit at which both cost the same, found by trying. */
function crossover(pair: Pair): number {
  let [low, high] = [0, 1e6];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (gain(pair, atOnePrice(middle)) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

function crossing(pair: Pair): Finding {
  const exits = pair.shadow.counters.vmExits - pair.nested.counters.vmExits;
  return equal(
    `${pair.program}: cycles of an exit at which both cost the same, by M·dW/N and by trying`,
    walkingMore(pair) / exits,
    crossover(pair),
    3,
  );
}

/** Nested paging wins where M·dW < ΣN·C, at the prices of a generation. */
function asTheFormulaSays(pair: Pair): boolean[] {
  const more = Object.fromEntries(
    EXIT_CAUSES.map((cause) => [cause, pair.shadow.exits[cause] - pair.nested.exits[cause]]),
  );
  return Object.values<Costs>(COSTS).map(
    (costs) => gain(pair, costs) > 0 === walkingMore(pair) < invocationsCycles(more, costs),
  );
}

export const s4: Check = {
  id: 'S4',
  class: 'SHAPE',
  title:
    'Shadow paging wins where tables rarely change, nested paging where they often do; the price of an exit moves the crossover',
  source:
    'VMware RVI and EPT white papers, Wang et al., VEE 2011, abstracts; nested wins iff M·dW < ΣN·C is arithmetic',
  tag: 'D',
  workload: 'pointer chase, GUPS, fork, exec, mmap, and four mixed programs, on three machines with their own prices',
  findings: () => {
    const mixed = pairs();
    return [
      ...CASES.flatMap(winners),
      ...mixed.map(crossing),
      all(
        'the winner, four programs at each list of prices, is the one that M·dW and ΣN·C name',
        mixed.flatMap(asTheFormulaSays),
      ),
    ];
  },
};
