/** Cycles of programs and of shipped traces with each input at each of its ends. */
import { walkingCycles } from '../../cost/cost-model.js';
import { afterWarmUp, configOf, type Recorded } from '../checks/replay.js';
import type { ExperimentOptions, Progress } from '../experiment.js';
import { LARGE_TRACES } from '../../trace/shipped.js';
import { parts } from '../parts.js';
import { replays } from '../replays.js';
import { BASE, MACHINE, type Input } from './inputs.js';
import type { Workload } from './workloads.js';

/** Cycles of translation, and those of the VMM with exits at the machine's price. */
export interface Cycles {
  readonly walking: number;
  readonly vmm: number;
}

export interface Costs {
  readonly shadow: Cycles;
  readonly nested: Cycles;
}

/** With host pages of 2 MiB too. */
export interface ProgramCosts extends Costs {
  readonly nestedLarge: Cycles;
}

export const total = ({ walking, vmm }: Cycles, exitPrice: number): number => walking + exitPrice * vmm;

/** The ways to set the inputs that need a replay of their own: as they are, and those whose counts change. */
export function settings(inputs: readonly Input[]): (readonly string[])[] {
  const ends = inputs.flatMap(({ low, high }) => [low.set, high.set]).filter((set) => set.length > 0);
  return [BASE.set, ...ends];
}

export const keyOf = (set: readonly string[]): string => set.join(' ');

const STRATEGIES = ['shadow', 'nested'];

export interface Subject {
  readonly workload: Workload;
  readonly pages: number;
  readonly refs: number;
  readonly misses: number;
  readonly exits: number;
  /** With the inputs as they are. */
  readonly native: Cycles;
  /** By the key of a setting. */
  readonly costs: ReadonlyMap<string, ProgramCosts>;
}

/** Counted after the first half. */
export async function programCosts(
  workload: Workload,
  sets: readonly (readonly string[])[],
  options: ExperimentOptions,
  step: () => void,
): Promise<Subject> {
  const trace = workload.record();
  const refs = trace.batches.reduce(
    (sum, { count, length }) => sum + count.subarray(0, length).reduce((a, b) => a + b, 0),
    0,
  );
  const at = (set: readonly string[], strategy: 'native' | 'shadow' | 'nested', hostPages = '4k') =>
    stretch(trace, refs, strategy, set, hostPages);
  const counted = await parts(
    sets,
    (set) => ({ set, shadow: at(set, 'shadow'), nested: at(set, 'nested'), nestedLarge: at(set, 'nested', '2m') }),
    options,
    step,
  );
  const { shadow, nested } = counted[0]!;
  return {
    ...{ workload, pages: trace.pages.size, refs: nested.refs, misses: nested.walks, exits: shadow.exits },
    native: at(BASE.set, 'native'),
    costs: new Map(counted.map(({ set, ...costs }) => [keyOf(set), costs])),
  };
}

function stretch(
  trace: Recorded,
  refs: number,
  strategy: 'native' | 'shadow' | 'nested',
  set: readonly string[],
  hostPages: string,
) {
  const config = configOf({ machine: MACHINE, hostPages, set: [...set] });
  const after = afterWarmUp(trace, refs / 2, strategy, config);
  return { ...after, vmm: after.total - after.walking };
}

/** Whole shipped traces, by the key of a setting and then by trace. */
export async function traceCosts(
  sets: readonly (readonly string[])[],
  options: ExperimentOptions,
  progress: Progress,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Costs>>> {
  const traces = options.quick ? ['sqlite'] : LARGE_TRACES;
  const rows = await replays(
    sets.map((set) => ({ machine: MACHINE, set })),
    STRATEGIES,
    options,
    progress,
    traces,
  );
  // Rows come trace by trace, and of each in the order of the settings.
  const of = (trace: number, set: number, strategy: number): Cycles => {
    const { cycles } = rows[(trace * sets.length + set) * STRATEGIES.length + strategy]!;
    return { walking: walkingCycles(cycles), vmm: cycles.total - walkingCycles(cycles) };
  };
  return new Map(
    sets.map((set, at) => [
      keyOf(set),
      new Map(traces.map((trace, nth) => [trace, { shadow: of(nth, at, 0), nested: of(nth, at, 1) }])),
    ]),
  );
}
