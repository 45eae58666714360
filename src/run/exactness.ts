/** What may be claimed of a replay: exact, or an approximation that its row names, or refused. */
import type { Machine, TlbArrayConfig } from '../config/machine-schema.js';
import { arraysOf, levelsOf, setsOf } from '../mmu/tlb-arrays.js';
import type { CellLabel } from '../report/result-row.js';
import type { TraceCharacteristics } from '../trace/event.js';
import type { CellResult } from './cell-result.js';

/**
 * The label of a replay. A trace filtered by a direct-mapped filter of N sets is exact only for LRU TLBs whose number of sets is a
 * multiple of N (Puzak 1985); `filterRefusal` says so where it is not. One that has only some references is always marked: its events are
 * counted exactly, and what the TLBs would have held is not known.
 */
export function exactness({ filterSets, sampled }: TraceCharacteristics, machine: Machine): string {
  const filter =
    filterSets === null || fits(filterSets, machine)
      ? 'exact'
      : `inexact: captured through a ${filterSets}-page filter`;
  return sampled === undefined ? filter : withReason(filter, 'only references that faulted were captured');
}

/** Why a trace is replayed on this machine only where inexact rows are allowed; null where it fits. */
export function filterRefusal({ filterSets }: TraceCharacteristics, machine: Machine): string | null {
  if (filterSets === null || fits(filterSets, machine)) return null;
  return (
    `captured through a filter of ${filterSets} pages, exact only for TLBs whose sets are a multiple of ${filterSets}; ` +
    `${machine.name} has others`
  );
}

function fits(filterSets: number, machine: Machine): boolean {
  const arrays = levelsOf(machine.tlb).flatMap(arraysOf);
  return arrays.every(([, array]) => isStack(array) && setsOf(array) % filterSets === 0);
}

/** The label once the trace has been replayed: what could not be translated was left out of walks and exits. */
export function afterReplay(
  { exactness, sample }: Pick<CellLabel, 'exactness' | 'sample'>,
  { counters: { untranslatedRuns }, intervals }: Pick<CellResult, 'counters' | 'intervals'>,
): string {
  const label =
    untranslatedRuns === 0
      ? exactness
      : withReason(exactness, `${untranslatedRuns} runs left out, to pages that the trace does not map`);
  // A sample that could not be vouched for has been replayed whole.
  if (sample === undefined || intervals === undefined) return label;
  const sampled = `sampled: ${sample.drawn} of ${sample.units} groups of sets, 85% intervals`;
  return label === 'exact' ? sampled : `${label}; ${sampled}`;
}

function withReason(label: string, reason: string): string {
  return label === 'exact' ? `inexact: ${reason}` : `${label}; ${reason}`;
}

/** What a filter leaves out changes nothing only under LRU, with sets by modulo. */
function isStack({ replacement, index }: TlbArrayConfig): boolean {
  return replacement === 'lru' && index === 'modulo';
}
