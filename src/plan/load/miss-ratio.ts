/** How TLB misses change with the pages that a TLB entry stands for, and with the TLB: between neighbouring pages and pages far apart. */
import type { Machine } from '../../config/machine-schema.js';
import type { PageSize } from '../../config/tlb-entries.js';
import { PAGE_MIB, tlbEntries } from '../tlb-entries.js';

export interface Reach {
  readonly machine: Machine;
  readonly size: PageSize;
}

/** 4 KiB pages in one of 2 MiB. */
const PAGES = 512;

/**
 * @param locality 0: each page is met after its neighbour, so that misses go down as pages grow; 1: any page of the footprint is as likely
 * as any other, so that they go down as more of it is within reach. In between by the logarithm.
 */
export function missRatio(from: Reach, to: Reach, footprintMib: number, locality: number): number {
  const sizes = PAGE_MIB[from.size] / PAGE_MIB[to.size];
  const [least, most] = [Math.min(1, sizes), Math.max(1, sizes)];
  const before = missed(from, footprintMib);
  const far = before === 0 ? 1 : missed(to, footprintMib) / before;
  return sizes ** (1 - locality) * Math.min(most, Math.max(least === 1 ? 1 / PAGES : least, far)) ** locality;
}

/** Of references to pages drawn evenly. */
function missed({ machine, size }: Reach, footprintMib: number): number {
  return Math.max(0, 1 - (tlbEntries(machine, size) * PAGE_MIB[size]) / footprintMib);
}
