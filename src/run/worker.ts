/** A worker thread: cells of one trace, an outcome each. Reading files is loaded only for a trace too large to share. */
import { parentPort } from 'node:worker_threads';
import type { CellResult } from './cell-result.js';
import { runCell, streamCell, type CellSpec } from './cell.js';
import { outcomeOf, type Outcome } from './outcome.js';
import type { ThreadTask } from './pool.js';

async function runTask({ specs, trace }: ThreadTask): Promise<Outcome<CellResult>[]> {
  const outcomes = [];
  for (const spec of specs) outcomes.push(await outcomeOf(() => runOne(spec, trace)));
  return outcomes;
}

async function runOne(spec: CellSpec, trace: ThreadTask['trace']): Promise<CellResult> {
  if (typeof trace !== 'string') return runCell(spec, trace.pages, trace.batches);
  const { openAnyTrace } = await import('../trace/open.js');
  return streamCell(spec, await openAnyTrace(trace));
}

parentPort!.on('message', (task: ThreadTask) => {
  void runTask(task).then((outcomes) => parentPort!.postMessage(outcomes));
});
parentPort!.postMessage('loaded');
