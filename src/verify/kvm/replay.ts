/** Replays a full-system trace as the measured machine ran its guest. */
import type { StrategyName } from '../../paging/index.js';
import { openAnyTrace } from '../../trace/open.js';
import { abortable, closing, type TraceSource } from '../../trace/source.js';
import { replayPhases } from '../phases.js';
import { modelled, type Counts } from './counts.js';

export interface Replayed {
  /** Of the trace. */
  readonly name: string;
  readonly whole: Counts;
  /** Of the workload; null where the trace has no markers. */
  readonly work: Counts | null;
  readonly nestedFaults: number;
  /** Page-fault exits by the error code of the hardware. */
  readonly faultCodes: ReadonlyMap<number, number>;
}

/**
 * The guest of 256 MiB on a host that backs it with large pages where it can.
 * @param set values of the configuration, as `--set` takes them
 * @param machine the measured host, unless another is asked for
 */
async function replayKvm(
  source: TraceSource,
  strategy: StrategyName,
  set: readonly string[] = [],
  machine = 'amd-zen4',
): Promise<Replayed> {
  const input = { machine, hostPages: '2m', set: ['guest.memoryMib=256', ...set] };
  const { name, whole, work, cell } = await replayPhases(source, strategy, input, (now) => modelled(now.result()));
  return {
    name,
    whole,
    work,
    nestedFaults: cell.result().exits.nestedFault,
    faultCodes: cell.paging.faultCodes ?? new Map(),
  };
}

/** A guest of KVM under shadow and under nested paging. @param done told after each */
export async function replayGuest(
  trace: string,
  signal: AbortSignal | undefined,
  done: () => void = () => undefined,
): Promise<{ readonly shadow: Replayed; readonly nested: Replayed }> {
  const replay = async (strategy: 'shadow' | 'nested'): Promise<Replayed> => {
    const result = await closing(await openAnyTrace(trace), (source) => replayKvm(abortable(source, signal), strategy));
    done();
    return result;
  };
  return { shadow: await replay('shadow'), nested: await replay('nested') };
}
