/** A worker thread: cells of one trace, an outcome each. Reading files is loaded only for a trace too large to share. */
import { parentPort } from 'node:worker_threads';
import type { CellResult } from './cell-result.js';
import { runCell, streamCell, type CellSpec } from './cell.js';
import { outcomeOf, type Outcome } from './outcome.js';
import type { ThreadTask } from './pool.js';
import { runSampled } from './sampled-cell.js';
import type { Open } from './together.js';
import { replayShared } from '../trace/shared.js';

async function runTask({ specs, trace }: ThreadTask): Promise<Outcome<CellResult>[]> {
  const outcomes = [];
  for (const spec of specs) outcomes.push(await outcomeOf(() => runOne(spec, trace)));
  return outcomes;
}

async function runOne(spec: CellSpec, trace: ThreadTask['trace']): Promise<CellResult> {
  if (spec.sample !== undefined) return runSampled(spec, await opener(trace));
  if (typeof trace !== 'string') return runCell(spec, trace.pages, trace.batches);
  const { openAnyTrace } = await import('../trace/open.js');
  return streamCell(spec, await openAnyTrace(trace));
}

async function opener(trace: ThreadTask['trace']): Promise<Open> {
  if (typeof trace !== 'string') return () => Promise.resolve(replayShared(trace));
  const { openAnyTrace } = await import('../trace/open.js');
  return () => openAnyTrace(trace);
}

parentPort!.on('message', (task: ThreadTask) => {
  void runTask(task).then((outcomes) => parentPort!.postMessage(outcomes));
});
parentPort!.postMessage('loaded');
