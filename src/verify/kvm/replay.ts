/** Replays a full-system trace as the measured machine ran its guest, and counts the whole run and the workload between its markers. */
import { resolveConfig } from '../../config/resolve.js';
import { ModelError, UsageError } from '../../errors.js';
import type { StrategyName } from '../../paging/index.js';
import { Cell } from '../../run/cell.js';
import type { CellResult } from '../../run/cell-result.js';
import { KIND, rowsFrom, type EventBatch } from '../../trace/event.js';
import type { TraceSource } from '../../trace/source.js';
import { modelled, type ComparedName, type Counts } from './counts.js';

/** Virtual pages that a guest stores to before and after its workload. */
const BEFORE_WORK = 0x600d00001;
const AFTER_WORK = 0x600d00003;

export interface Replayed {
  /** Of the trace. */
  readonly name: string;
  readonly whole: Counts;
  /** Null where the trace has no markers. */
  readonly work: Counts | null;
  readonly nestedFaults: number;
  /** Page-fault exits by the error code of the hardware. */
  readonly faultCodes: ReadonlyMap<number, number>;
}

/**
 * The guest of 256 MiB on a host that backs it with large pages where it can.
 * @param set values of the configuration, as `--set` takes them
 */
export async function replayKvm(
  source: TraceSource,
  strategy: StrategyName,
  set: readonly string[] = [],
): Promise<Replayed> {
  const config = resolveConfig(
    { machine: 'amd-zen4', hostPages: '2m', set: ['guest.memoryMib=256', ...set] },
    () => '',
  );
  const { name, characteristics } = source.header;
  if (!characteristics.tableWrites)
    throw new UsageError(
      `${name}: found a trace of a user program; expected one of a full system, with the guest's table writes`,
    );
  let cell: Cell | null = null;
  let before: Counts | null = null;
  let work: Counts | null = null;
  for await (const batch of source.batches()) {
    cell ??= new Cell({ strategy, characteristics, config }, source.pages);
    let from = 0;
    for (const row of markers(batch, source.pages.vpn)) {
      cell.replay(rowsFrom(batch, from, row));
      from = row;
      const now = modelled(cell.result());
      if (source.pages.vpn[batch.page[row]!] === BEFORE_WORK) before ??= now;
      else if (before !== null) work ??= difference(now, before);
    }
    cell.replay(rowsFrom(batch, from));
  }
  if (cell === null) throw new ModelError('a trace without batches');
  const result: CellResult = cell.result();
  return {
    name,
    whole: modelled(result),
    work,
    nestedFaults: result.exits.nestedFault,
    faultCodes: cell.paging.faultCodes ?? new Map(),
  };
}

/** Rows that store to a marker page. */
function markers({ length, kind, page }: EventBatch, vpn: Float64Array): number[] {
  const found: number[] = [];
  for (let row = 0; row < length; row++) {
    if (kind[row] !== KIND.write) continue;
    const at = vpn[page[row]!]!;
    if (at === BEFORE_WORK || at === AFTER_WORK) found.push(row);
  }
  return found;
}

function difference(after: Counts, before: Counts): Counts {
  const names = Object.keys(after) as ComparedName[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as Counts;
}
