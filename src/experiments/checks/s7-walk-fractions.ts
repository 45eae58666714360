import { decimal } from '../../report/number-text.js';
import { holds, notCheckable, type Check, type Finding } from './check.js';
import { WALK_FRACTIONS } from './published-walk-fractions.js';
import { afterWarmUp, configOf } from './replay.js';
import { record, type Program } from './workloads.js';

const WARM_UP = 800_000;
const REFS = 1_400_000;

interface Ranked {
  readonly name: string;
  readonly cycles: number;
}

function walkCyclesPerReference(program: Program): number {
  const { walking, refs } = afterWarmUp(
    record(program, REFS),
    WARM_UP,
    'native',
    configOf({ machine: 'intel-haswell-ep' }),
  );
  return walking / refs;
}

/** Each against the next that there is. */
function ordering(): Finding[] {
  const ranked = WALK_FRACTIONS.flatMap(({ name, program }): Ranked[] =>
    program === null ? [] : [{ name, cycles: walkCyclesPerReference(program) }],
  );
  return ranked.slice(1).map((less, at) => {
    const more = ranked[at]!;
    return holds(
      `walk cycles for each reference: ${more.name} over ${less.name}`,
      `${more.name} > ${less.name}`,
      `${decimal(more.cycles, 2)} and ${decimal(less.cycles, 2)}`,
      more.cycles > less.cycles,
    );
  });
}

function missing(): Finding[] {
  return WALK_FRACTIONS.filter(({ program }) => program === null).map(({ name, fraction }) =>
    notCheckable(`place of ${name}`, decimal(fraction, 3), `there is no generator of ${name}, nor a trace`),
  );
}

export const s7: Check = {
  id: 'S7',
  class: 'SHAPE',
  title: 'Order of programs by the share of time that native walks take',
  source: 'Mitosis artifact, ASPLOS 2020, figure 6, LP-LD',
  tag: 'P',
  workload: 'gups, hash-join, b-tree and key-value over about 256 MiB after warm-up, intel-haswell-ep',
  findings: () => [
    ...ordering(),
    ...missing(),
    notCheckable(
      'the shares themselves',
      'GUPS 0.826 … LibLinear 0.101',
      'cycles of data and of instructions are not modelled, so walk cycles for each reference stand for the share in the order',
    ),
  ],
};
