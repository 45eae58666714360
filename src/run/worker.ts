/** A worker thread: a cell, or cells that are answered together, an outcome each. Reading files is loaded only for a trace too large to share. */
import { replayShared } from '../trace/shared.js';
import type { CellResult } from './cell-result.js';
import type { CellSpec } from './cell.js';
import { MissCache } from './miss-cache.js';
import { outcomeOf, type Outcome } from './outcome.js';
import type { ThreadTask } from './pool.js';
import { runSampled } from './sampled-cell.js';
import { runAlone, runTogether, type Open } from './together.js';

export default async function runTask({ specs, trace, misses }: ThreadTask): Promise<Outcome<CellResult>[]> {
  const open: Open = async () => {
    if (typeof trace !== 'string') return replayShared(trace);
    const { openAnyTrace } = await import('../trace/open.js');
    return openAnyTrace(trace);
  };
  if (specs.length === 1) return [await outcomeOf(() => runOne(specs[0]!, open))];
  const cache = misses === undefined ? null : new MissCache(misses);
  const all = await outcomeOf(() => runTogether(specs, open, cache));
  return 'value' in all ? all.value.map((value) => ({ value })) : specs.map(() => all);
}

async function runOne(spec: CellSpec, open: Open): Promise<CellResult> {
  return spec.sample === undefined ? runAlone(spec, open) : runSampled(spec, open);
}
