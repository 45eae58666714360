/** What replays come to: TLB misses for each exit of shadow paging, and what a miss costs more under nested paging. */
import { walkingCycles } from '../../cost/cost-model.js';
import type { ResultRow } from '../../report/result-row.js';
import { afterWarmUp, configOf } from '../checks/replay.js';
import { record, type Program } from '../checks/workloads.js';
import type { ExperimentOptions, Progress } from '../experiment.js';
import { parts } from '../parts.js';
import { replays, rowAt } from '../replays.js';

export const MACHINE = 'intel-skylake';
/** First touches of host pages are not what is argued about: 2 MiB pages of the host leave few of them. */
export const HOST_PAGES = '2m';
/** Programs of which some change their tables all the time and some hardly. */
const PROGRAMS: readonly Program[] = [
  { name: 'GUPS', generator: 'gups', parameters: { pages: 2 ** 14 } },
  { name: 'key-value', generator: 'key-value', parameters: {} },
  { name: 'database', generator: 'database', parameters: {} },
  { name: 'hash-join', generator: 'hash-join', parameters: {} },
  { name: 'bfs', generator: 'bfs', parameters: {} },
  { name: 'boot-events', generator: 'boot-events', parameters: { pages: 2 ** 12 } },
  { name: 'build', generator: 'build', parameters: {} },
];
const QUICK_PROGRAMS: readonly string[] = ['bfs', 'boot-events'];
const REFS = { quick: 200_000, full: 2_000_000 };

export interface Point {
  readonly trace: string;
  /** Exits of shadow paging beyond those of nested paging. */
  readonly exits: number;
  /** TLB misses under nested paging, for each of those exits. */
  readonly missesPerExit: number;
  /** Cycles that a miss costs more under nested paging. */
  readonly extraCycles: number;
  /** Cycles of all walks more under nested paging. */
  readonly moreCycles: number;
  /** Cycles of an exit; null: both exit as often. */
  readonly breakEven: number | null;
}

/** At a price of an exit; above it walks under nested paging cost more than the exits that they save. */
export function shadowCostsLess({ moreCycles, exits }: Point, exitCycles: number): boolean {
  return moreCycles > exits * exitCycles;
}

interface Side {
  readonly exits: number;
  readonly walks: number;
  /** Without the VMM's. */
  readonly walking: number;
}

/** M·dW = N·C: misses and what each costs more, against exits of shadow paging and the price at which they cost as much. */
function pointOf(trace: string, shadow: Side, nested: Side): Point {
  const exits = shadow.exits - nested.exits;
  const misses = nested.walks;
  const more = nested.walking - shadow.walking;
  return {
    ...{ trace, exits, missesPerExit: misses / exits, extraCycles: misses === 0 ? 0 : more / misses, moreCycles: more },
    breakEven: exits === 0 ? null : more / exits,
  };
}

function sideOf({ counters, cycles }: ResultRow): Side {
  return { exits: counters.vmExits, walks: counters.walks, walking: walkingCycles(cycles) };
}

/** After the first half of its references. */
function programPoint(program: Program, refs: number): Point {
  const trace = record(program, refs);
  const config = configOf({ machine: MACHINE, hostPages: HOST_PAGES });
  const side = (strategy: 'shadow' | 'nested'): Side => afterWarmUp(trace, refs / 2, strategy, config);
  return pointOf(program.name, side('shadow'), side('nested'));
}

/** Of shipped traces, whole, and of programs that have run for a while. */
export async function points(
  options: ExperimentOptions,
  progress: Progress,
): Promise<{ readonly traces: Point[]; readonly programs: Point[] }> {
  const shown = options.quick ? PROGRAMS.filter(({ name }) => QUICK_PROGRAMS.includes(name)) : PROGRAMS;
  let cells = 0;
  const step = (): void => progress(cells + shown.length);
  const rows = await replays([{ machine: MACHINE, hostPages: HOST_PAGES }], ['shadow', 'nested'], options, (of) => {
    cells = of;
    step();
  });
  const refs = options.quick ? REFS.quick : REFS.full;
  const programs = await parts(shown, (program) => programPoint(program, refs), options, step);
  const side = (trace: string, strategy: string): Side => sideOf(rowAt(rows, { trace, strategy }));
  const names = [...new Set(rows.map(({ trace }) => trace))];
  return { traces: names.map((trace) => pointOf(trace, side(trace, 'shadow'), side(trace, 'nested'))), programs };
}
