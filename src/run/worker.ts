/** A worker thread's task: one cell. Reading files is loaded only for a trace too large to share. */
import type { CellResult } from './cell-result.js';
import { runCell, streamCell } from './cell.js';
import { outcomeOf, type Outcome } from './outcome.js';
import type { CellTask } from './pool.js';

export default function run({ spec, trace }: CellTask): Promise<Outcome<CellResult>> {
  return outcomeOf(async () => {
    if (typeof trace !== 'string') return runCell(spec, trace.pages, trace.batches);
    const { openAnyTrace } = await import('../trace/open.js');
    return streamCell(spec, await openAnyTrace(trace));
  });
}
