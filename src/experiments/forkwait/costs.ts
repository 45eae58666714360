/** What processes cost in each way of paging: of operations that are counted one by one, and of a fork by the size of the process. */
import { COSTS } from '../../config/costs/index.js';
import { lookUp } from '../../config/names.js';
import type { Costs } from '../../config/schema.js';
import { invocationsCycles } from '../../cost/cost-model.js';
import { ModelError } from '../../errors.js';
import type { StrategyName } from '../../paging/index.js';
import { EVENT_GENERATORS } from '../../trace/generators/events/index.js';
import { EXIT_CAUSES } from '../../vmm/exits.js';
import { countOf, type Counted } from '../hundred-times/count.js';
import { OPERATIONS } from '../hundred-times/operations.js';
import { GENERATIONS, type Generation } from '../hundred-times/ways.js';

const generation = (wanted: string): Generation => GENERATIONS.find(({ machine }) => machine === wanted)!;

/** The first hardware VMM, each write of whose shadowed tables exits; KVM's shadow tables; nested ones. */
export const WAYS = [
  { title: 'write-protect', strategy: 'write-protect', on: generation('intel-prescott') },
  { title: 'shadow', strategy: 'shadow', on: generation('intel-cascadelake') },
  { title: 'nested', strategy: 'nested', on: generation('intel-cascadelake') },
] as const;
export type Way = (typeof WAYS)[number];
export const [FIRST_VMM, SHADOW, NESTED] = WAYS;

/** Fork means with exit and wait. */
export type Step = 'fork' | 'exec';
export const EXEC = ['fork', 'exec'] as const satisfies readonly Step[];

function counted(
  operation: Parameters<typeof countOf>[0],
  name: string,
  strategy: StrategyName,
  on: Generation,
): Counted {
  const result = countOf(operation, name, strategy, on);
  if (typeof result === 'string') throw new ModelError(result);
  return result;
}

export interface Cost {
  readonly exits: number;
  readonly invocations: Counted['invocations'];
  /** What the VMM adds, and what walks cost more than on bare metal. */
  readonly added: number;
}

export const costsOf = ({ on }: Way): Costs => lookUp<Costs>(COSTS, on.costs, 'costs');

function costOf(operation: Parameters<typeof countOf>[0], name: string, way: Way): Cost {
  const { strategy, on } = way;
  const { exits, invocations, walking } = counted(operation, name, strategy, on);
  const bare = counted(operation, name, 'native', on);
  const added = invocationsCycles(invocations, costsOf(way)) + walking - bare.walking;
  return { exits, invocations, added };
}

/** Operations one after the other. */
export function costOfAll(names: readonly Step[], way: Way): Cost {
  const costs = names.map((name) => costOf(OPERATIONS[name], name, way));
  const sum = (value: (cost: Cost) => number): number => costs.reduce((total, cost) => total + value(cost), 0);
  const causes = EXIT_CAUSES.filter((cause) => costs.some(({ invocations }) => invocations[cause] !== undefined));
  return {
    exits: sum(({ exits }) => exits),
    invocations: Object.fromEntries(causes.map((cause) => [cause, sum(({ invocations }) => invocations[cause] ?? 0)])),
    added: sum(({ added }) => added),
  };
}

/** Pages of memory that the process has before it forks. */
export const SIZES = [16, 64, 256, 1024, 4096] as const;
export const QUICK_SIZES = [16, 64, 256] as const;
export const WRITTEN = 8;

export interface Sized {
  readonly pages: number;
  /** By way. */
  readonly costs: readonly Cost[];
}

export function sized(pages: number): Sized {
  const operation = { program: EVENT_GENERATORS.forkwait, given: { pages, written: WRITTEN }, turns: 8 };
  return { pages, costs: WAYS.map((way) => costOf(operation, 'forkwait', way)) };
}

export interface ByCause {
  readonly name: string;
  readonly way: Way;
  readonly cost: Cost;
}

export function byCause(): ByCause[] {
  const each = (name: string, operations: readonly Step[]): ByCause[] =>
    WAYS.map((way) => ({ name, way, cost: costOfAll(operations, way) }));
  return [...each('fork', ['fork']), ...each('fork+exec', EXEC)];
}
