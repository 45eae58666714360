import { exitCycles } from '../../cost/cost-model.js';
import type { StrategyName } from '../../paging/index.js';
import { decimal, whole } from '../../report/number-text.js';
import { HARDWARE_OPTIONS, LENGTH, MACHINE, PROGRAMS } from './adaptive-workloads.js';
import { holds, type Check, type Finding } from './check.js';
import { afterWarmUp, configOf, type Recorded, type Stretch } from './replay.js';
import { record, type Program } from './workloads.js';

interface Adaptive {
  readonly name: string;
  readonly strategy: StrategyName;
  readonly set: readonly string[];
  readonly learned: string;
}

const AGILE =
  'a table that moves back is filled by a hidden fault for each group of its pages in use, where the check allows for one, and ' +
  'tables move to and fro; loads of CR3 exit too unless the hardware knows the root';

const ADAPTIVE: readonly Adaptive[] = [
  { name: 'agile', strategy: 'agile', set: [], learned: AGILE },
  {
    name: "agile with the paper's options",
    strategy: 'agile',
    set: HARDWARE_OPTIONS,
    learned: AGILE,
  },
  {
    name: 'selective',
    strategy: 'selective',
    set: [],
    learned:
      'it never tries shadow paging where nested walks read fewer entries than shadow walks without walk caches would, which is what it takes those ' +
      'for until it has tried; and where it tries, the tables have to be filled first',
  },
];

function stretch(trace: Recorded, strategy: StrategyName, set: readonly string[] = []): Stretch {
  const config = configOf({ machine: MACHINE, set: [`vmm.intervalRefs=${LENGTH.interval}`, ...set] });
  return afterWarmUp(trace, LENGTH.warmUp, strategy, config);
}

/**
 * A timer's exit each interval; for each move the exits of the writes that led to it and one to fill what it left empty; and in intervals with
 * moves a TLB that has to be filled anew, as far as there are more walks.
 */
function switchCycles({ refs, moves, walks, walking }: Stretch, better: Stretch): number {
  const { costs, vmm, machine } = configOf({ machine: MACHINE });
  const { l2 } = machine.tlb;
  const entries = l2 !== null && 'data' in l2 ? l2.data['4k']!.entries : 0;
  const intervals = Math.ceil(refs / LENGTH.interval);
  const refills = Math.min(Math.min(moves, intervals) * entries, Math.max(0, walks - better.walks));
  return exitCycles(costs) * (intervals + moves * (vmm.agile.writesToNest + 1)) + refills * (walking / walks);
}

function losses(program: Program): Finding[] {
  const trace = record(program, LENGTH.refs);
  const [shadow, nested] = [stretch(trace, 'shadow'), stretch(trace, 'nested')];
  const better = shadow.total < nested.total ? shadow : nested;
  return ADAPTIVE.map(({ name, strategy, set, learned }) => {
    const found = stretch(trace, strategy, set);
    const allowed = switchCycles(found, better);
    return holds(
      `${program.name}: ${name} against the better of shadow and nested`,
      `loses no more than its switches cost`,
      `${decimal((100 * found.total) / better.total - 100, 1)} % dearer: ${whole(found.total - better.total)} cycles, ${whole(allowed)} for ${found.moves} moves`,
      found.total <= better.total + allowed,
      learned,
    );
  });
}

export const s8: Check = {
  id: 'S8',
  class: 'SHAPE',
  title:
    'What chooses between shadow and nested paging never loses to the better of them by more than its switches cost',
  source: 'Gandhi et al., ISCA 2016, and Wang et al., VEE 2011, abstracts: as good as the better one, or better',
  tag: 'A',
  workload: `GUPS, b-tree, database, boot-events and build after a warm-up, ${MACHINE}, intervals of ${whole(LENGTH.interval)} references`,
  findings: () => PROGRAMS.flatMap(losses),
};
