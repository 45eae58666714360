/** What may be claimed of a replay: exact, or an approximation that its row names, or refused. */
import type { Machine, TlbArrayConfig } from '../config/machine-schema.js';
import type { Counters } from '../counters/counters.js';
import { UsageError } from '../errors.js';
import type { TraceCharacteristics } from '../trace/event.js';

/**
 * The label of a replay. A trace filtered by a direct-mapped filter of N sets is exact only for LRU TLBs whose number of sets is a
 * multiple of N (Puzak 1985): on others it is refused unless `allowInexact`, and then marked. One that has only some references is always
 * marked: its events are counted exactly, and what the TLBs would have held is not known.
 */
export function exactness(
  trace: string,
  { filterSets, sampled }: TraceCharacteristics,
  machine: Machine,
  allowInexact: boolean,
): string {
  const filter = filterLabel(trace, filterSets, machine, allowInexact);
  return sampled === undefined ? filter : withReason(filter, 'only references that faulted were captured');
}

function filterLabel(trace: string, filterSets: number | null, machine: Machine, allowInexact: boolean): string {
  if (filterSets === null || tlbArrays(machine).every((tlb) => isStack(tlb) && setsOf(tlb) % filterSets === 0))
    return 'exact';
  if (!allowInexact)
    throw new UsageError(
      `${trace}: captured through a filter of ${filterSets} pages, exact only for TLBs whose sets are a multiple of ${filterSets}; ` +
        `${machine.name} has others: give --allow-inexact to replay it and have its rows marked`,
    );
  return `inexact: captured through a ${filterSets}-page filter`;
}

/** The label once the trace has been replayed: what could not be translated was left out of walks and exits. */
export function afterReplay(label: string, { untranslatedRuns }: Pick<Counters, 'untranslatedRuns'>): string {
  if (untranslatedRuns === 0) return label;
  return withReason(label, `${untranslatedRuns} runs left out, to pages that the trace does not map`);
}

function withReason(label: string, reason: string): string {
  return label === 'exact' ? `inexact: ${reason}` : `${label}; ${reason}`;
}

/** What a filter leaves out changes nothing only under LRU, with sets by modulo. */
function isStack({ replacement, index }: TlbArrayConfig): boolean {
  return replacement === 'lru' && index === 'modulo';
}

function setsOf({ entries, ways }: TlbArrayConfig): number {
  return ways === 0 ? 1 : entries / ways;
}

function tlbArrays({ tlb }: Machine): TlbArrayConfig[] {
  const { l1i, l1d, l2 } = tlb;
  const data = 'load' in l1d ? [l1d.load, l1d.store] : [l1d];
  const second = l2 === null ? [] : 'unified' in l2 ? [l2.unified] : [l2.instruction, l2.data];
  return [l1i, ...data, ...second].flatMap((level) => Object.values(level).filter((array) => array !== null));
}
