/** What a composed trace holds and leaves out: what its parts do, who must agree where it matters. */
import { UsageError } from '../../errors.js';
import type { TraceCharacteristics } from '../event.js';
import type { NamedTrace } from './part.js';

/** Where parts must agree, and how that is said. */
const SAME: readonly ((of: TraceCharacteristics) => string)[] = [
  ({ filterSets }) => (filterSets === null ? 'a lossless trace' : `one through a filter of ${filterSets} pages`),
  ({ lines }) => (lines === true ? 'references to lines' : 'references to pages'),
  ({ kernelReferences }) => (kernelReferences ? 'references of the kernel too' : 'references of user programs only'),
];

/** @param byTurns they are processes of their own; a filter would hide what a process finds changed after its turn */
export function combined(traces: readonly NamedTrace[], byTurns: boolean): TraceCharacteristics {
  const [first] = traces;
  if (first === undefined) throw new UsageError('found no trace; expected one at least');
  const all = traces.map(({ label, source }) => ({ label, has: source.header.characteristics }));
  for (const { label, has } of all) {
    if (has.source !== 'user')
      throw new UsageError(`${label}: found a full-system trace; only user traces can be composed`);
    if (has.counts !== 'exact')
      throw new UsageError(`${label}: found counts of references between rows; expected exact ones`);
    if (byTurns && has.filterSets !== null)
      throw new UsageError(`${label}: found a filtered trace; by turns only lossless traces are exact`);
    for (const said of SAME) {
      const [found, expected] = [said(has), said(first.source.header.characteristics)];
      if (found !== expected) throw new UsageError(`${label}: found ${found}; ${first.label} is ${expected}`);
    }
  }
  return {
    ...first.source.header.characteristics,
    fetches: all.some(({ has }) => has.fetches),
    data: all.some(({ has }) => has.data),
    physicalAddresses: all.every(({ has }) => has.physicalAddresses),
  };
}
