/** A scheduler: gives each of several virtual machines the processor for so many references by turns, until all traces have ended. */
import { rowsFrom, type EventBatch } from '../trace/event.js';
import type { TraceSource } from '../trace/source.js';
import type { CellSpec } from './cell.js';
import type { CellResult } from './cell-result.js';
import { SharedProcessor, type ShareCounts, type SharingMachine } from './shared-processor.js';

export interface Shared {
  readonly result: CellResult;
  readonly counts: ShareCounts;
}

/** @param sliceRefs references of a slice; it ends with the row in which they are full */
export async function share(
  machines: readonly { readonly spec: CellSpec; readonly trace: TraceSource }[],
  sliceRefs: number,
): Promise<Shared[]> {
  const processor = new SharedProcessor(machines.map(({ spec, trace }) => ({ spec, pages: trace.pages })));
  const all = machines.map(({ trace }, at) => ({ machine: processor.machines[at]!, rows: new Rows(trace) }));
  for (let running = all; running.length > 0;) {
    const goOn: typeof all = [];
    for (const one of running) {
      const more = await slice(processor, one.machine, one.rows, sliceRefs);
      if (!more) continue;
      processor.endSlice();
      goOn.push(one);
    }
    running = goOn;
  }
  return processor.machines.map(({ result, shareCounts }) => ({ result, counts: shareCounts }));
}

/** Returns false if the trace has ended. */
async function slice(
  processor: SharedProcessor,
  machine: SharingMachine,
  rows: Rows,
  sliceRefs: number,
): Promise<boolean> {
  let left = sliceRefs;
  while (left > 0) {
    const batch = await rows.take(left);
    if (batch === null) return false;
    processor.replay(machine, batch.rows);
    left -= batch.refs;
  }
  return !(await rows.areOver());
}

/** The rows of a trace, by so many references at a time. */
class Rows {
  private readonly batches: AsyncIterator<EventBatch> | Iterator<EventBatch>;
  private batch: EventBatch | null = null;
  private at = 0;

  constructor(trace: TraceSource) {
    const batches = trace.batches();
    this.batches = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  }

  async areOver(): Promise<boolean> {
    while (this.batch === null || this.at >= this.batch.length) {
      const next = await this.batches.next();
      if (next.done === true) return true;
      this.batch = next.value;
      this.at = 0;
    }
    return false;
  }

  /** Rows that stand for so many references, or as many as are at hand; null at the end. */
  async take(refs: number): Promise<{ readonly rows: EventBatch; readonly refs: number } | null> {
    if (await this.areOver()) return null;
    const { count, length } = this.batch!;
    const from = this.at;
    let taken = 0;
    while (this.at < length && taken < refs) taken += count[this.at++]!;
    return { rows: rowsFrom(this.batch!, from, this.at), refs: taken };
  }
}
