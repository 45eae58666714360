/** What a recording of a full system holds: a guest kernel's page-table writes, CR3 writes, INVLPGs and faults, and references through a filter. */
import type { TraceCharacteristics } from './event.js';

/** @param filterSets pages of the filter; 0: of references nothing was recorded */
export function systemTrace(filterSets: number): TraceCharacteristics {
  const references = filterSets !== 0;
  return {
    source: 'full-system',
    fetches: references,
    data: references,
    kernelReferences: references,
    tableWrites: true,
    physicalAddresses: references,
    counts: 'since-previous-row',
    filterSets: references ? filterSets : null,
  };
}
