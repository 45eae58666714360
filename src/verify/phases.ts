/** Replays a full-system trace and counts the whole run and the workload between its markers. */
import { resolveConfig, type ConfigInput } from '../config/resolve.js';
import { ModelError, UsageError } from '../errors.js';
import type { StrategyName } from '../paging/index.js';
import { Cell } from '../run/cell.js';
import { KIND, rowsFrom, type EventBatch } from '../trace/event.js';
import type { TraceSource } from '../trace/source.js';

/** Virtual pages that a guest stores to before and after its workload. */
const BEFORE_WORK = 0x600d00001;
const AFTER_WORK = 0x600d00003;

type Counts = Readonly<Record<string, number>>;

export interface Phases<C extends Counts> {
  /** Of the trace. */
  readonly name: string;
  readonly whole: C;
  /** Null where the trace has no markers. */
  readonly work: C | null;
  /** As it is after the last row. */
  readonly cell: Cell;
}

/** @param countsOf what is compared, of a cell so far */
export async function replayPhases<C extends Counts>(
  source: TraceSource,
  strategy: StrategyName,
  input: ConfigInput,
  countsOf: (cell: Cell) => C,
): Promise<Phases<C>> {
  const config = resolveConfig(input);
  const { name, characteristics } = source.header;
  if (!characteristics.tableWrites)
    throw new UsageError(
      `${name}: found a trace of a user program; expected one of a full system, with the guest's table writes`,
    );
  let cell: Cell | null = null;
  let before: C | null = null;
  let work: C | null = null;
  for await (const batch of source.batches()) {
    cell ??= new Cell({ strategy, characteristics, config }, source.pages);
    let from = 0;
    for (const row of markers(batch, source.pages.vpn)) {
      cell.replay(rowsFrom(batch, from, row));
      from = row;
      const now = countsOf(cell);
      if (source.pages.vpn[batch.page[row]!] === BEFORE_WORK) before ??= now;
      else if (before !== null) work ??= difference(now, before);
    }
    cell.replay(rowsFrom(batch, from));
  }
  if (cell === null) throw new ModelError('a trace without batches');
  return { name, whole: countsOf(cell), work, cell };
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

function difference<C extends Counts>(after: C, before: C): C {
  return Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - before[name]!])) as C;
}
