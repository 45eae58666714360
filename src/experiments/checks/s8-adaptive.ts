import { exitCycles } from '../../cost/cost-model.js';
import type { StrategyName } from '../../paging/index.js';
import { decimal, whole } from '../../report/number-text.js';
import { holds, type Check, type Finding } from './check.js';
import { afterWarmUp, configOf, type Recorded, type Stretch } from './replay.js';
import { record, type Program } from './workloads.js';

const INTERVAL = 400_000;
const REFS = 4_800_000;
const WARM_UP = 2_400_000;

const PROGRAMS: readonly Program[] = [
  { name: 'GUPS', generator: 'gups', parameters: { pages: 2 ** 13 } },
  { name: 'b-tree', generator: 'b-tree', parameters: { keys: 2 ** 20 } },
  { name: 'database', generator: 'database', parameters: {} },
  { name: 'boot-events', generator: 'boot-events', parameters: {} },
  { name: 'build', generator: 'build', parameters: {} },
];

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
    set: ['vmm.agile.hardwareDirty=true', 'vmm.agile.cachedCr3s=8', 'vmm.agile.nestedAtFirst=1'],
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
  const config = configOf({ machine: 'amd-zen4', set: [`vmm.intervalRefs=${INTERVAL}`, ...set] });
  return afterWarmUp(trace, WARM_UP, strategy, config);
}

/**
 * A timer's exit each interval; for each move the exits of the writes that led to it and one to fill what it left empty; and in intervals with
 * moves a TLB that has to be filled anew, as far as there are more walks.
 */
function switchCycles({ refs, moves, walks, walking }: Stretch, better: Stretch): number {
  const { costs, vmm, machine } = configOf({ machine: 'amd-zen4' });
  const { l2 } = machine.tlb;
  const entries = l2 !== null && 'data' in l2 ? l2.data['4k']!.entries : 0;
  const intervals = Math.ceil(refs / INTERVAL);
  const refills = Math.min(Math.min(moves, intervals) * entries, Math.max(0, walks - better.walks));
  return exitCycles(costs) * (intervals + moves * (vmm.agile.writesToNest + 1)) + refills * (walking / walks);
}

function losses(program: Program): Finding[] {
  const trace = record(program, REFS);
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
  workload: `GUPS, b-tree, database, boot-events and build after a warm-up, amd-zen4, intervals of ${whole(INTERVAL)} references`,
  findings: () => PROGRAMS.flatMap(losses),
};
