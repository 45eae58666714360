/** What may be claimed of the reuse distances and LRU misses of a trace. */
import type { TraceCharacteristics } from '../event.js';

/** What one use of a page stands for. */
export function useUnit({ counts }: Pick<TraceCharacteristics, 'counts'>): 'reference' | 'run' {
  return counts === 'exact' ? 'reference' : 'run';
}

export function exactnessOf(characteristics: TraceCharacteristics): string {
  const { filterSets, sampled, counts, fetches, data } = characteristics;
  const limits = [
    sampled === undefined ? [] : 'only of the references that faulted',
    filterSets === null ? [] : `only of what a direct-mapped filter of ${filterSets} pages let through`,
    counts === 'exact' ? [] : 'a run counts as one use, as the trace does not say of how many references it is',
    fetches && data ? 'fetches and data together stand in the order in which their runs start' : [],
  ].flat();
  return ['exact', ...limits].join('; ');
}
