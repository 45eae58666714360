/** What one operation makes happen: a replay of some turns of its program, less a replay of fewer. */
import { resolveConfig } from '../../config/resolve.js';
import { price } from '../../cost/cost-model.js';
import type { CellResult } from '../../run/cell-result.js';
import { Cell } from '../../run/cell.js';
import { definitionOf, type AnyStrategy } from '../../paging/index.js';
import { eventTrace } from '../../trace/generate-events.js';
import { EXIT_CAUSES, isVmExit, type ExitCause } from '../../vmm/exits.js';
import { OPERATIONS, type Operation, type OperationName } from './operations.js';
import type { Generation } from './ways.js';

const TURNS = 32;

export interface Counted {
  /** VM exits and other entries into the VMM, of one operation, by cause. */
  readonly invocations: Readonly<Partial<Record<ExitCause, number>>>;
  readonly exits: number;
  readonly entries: number;
  /** Entries to the guest's kernel: system calls and page faults. */
  readonly kernelEntries: number;
  /** Cycles of address translation, without any VMM. */
  readonly walking: number;
}

export function count(name: OperationName, strategy: AnyStrategy, generation: Generation): Counted | string {
  return countOf(OPERATIONS[name], name, strategy, generation);
}

/** As count, of any program. @returns why it cannot be run, where it cannot */
export function countOf(
  operation: Pick<Operation, 'program' | 'given' | 'turns'>,
  name: string,
  strategy: AnyStrategy,
  generation: Pick<Generation, 'machine' | 'costs' | 'isolates'>,
): Counted | string {
  const { machine, costs, isolates = false } = generation;
  const config = resolveConfig({ machine, costs, set: [`guest.pageTableIsolation=${isolates}`] });
  const definition = definitionOf(strategy);
  const excluded = definition.excluded(config);
  if (excluded !== null) return excluded;
  const replay = (turns: number): CellResult => {
    const trace = eventTrace(operation.program, { ...operation.given, operations: turns }, name, name);
    const cell = new Cell({ strategy, characteristics: trace.header.characteristics, config }, trace.pages);
    for (const batch of trace.batches()) cell.replay(batch);
    return cell.result();
  };
  const turns = operation.turns ?? TURNS;
  const [once, twice] = [replay(turns), replay(2 * turns)];
  const each = (value: (result: CellResult) => number): number => (value(twice) - value(once)) / turns;
  const causes = EXIT_CAUSES.filter((cause) => twice.exits[cause] !== once.exits[cause]);
  const sum = (wanted: readonly ExitCause[]): number =>
    wanted.reduce((total, cause) => total + each(({ exits }) => exits[cause]), 0);
  return {
    invocations: Object.fromEntries(causes.map((cause) => [cause, each(({ exits }) => exits[cause])])),
    exits: sum(causes.filter(isVmExit)),
    entries: sum(causes.filter((cause) => !isVmExit(cause))),
    kernelEntries: each(({ counters }) => counters.systemCalls + counters.guestFaults),
    walking: each((result) => {
      const { l2TlbHits, walks, faultedWalks } = price(result, config.machine, config.costs);
      return l2TlbHits + walks + faultedWalks;
    }),
  };
}
