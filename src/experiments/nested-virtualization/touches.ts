/** Memory that is mapped, touched and given back in areas of 1 MiB: round trips of 4 GiB at their published price. */
import { EVENT_GENERATORS } from '../../trace/generators/events/index.js';
import { countOf, type Counted } from '../hundred-times/count.js';
import { ROUND_TRIPS } from './published.js';

const AREA_PAGES = 256;
const AREAS = 4096;
const MACHINE = { machine: 'intel-cascadelake', costs: 'cascade-lake-2019', year: 2019, era: 'cascade-lake' } as const;

export interface Touches {
  readonly isolates: boolean;
  /** Exits of L2 that L1 handles, of one page. */
  readonly reflectedPerPage: number;
  readonly seconds: number;
}

/** Under shadow on nested paging. @param isolates the guest's kernel isolates page tables */
export function touches(isolates: boolean): Touches {
  const program = { program: EVENT_GENERATORS['mmap-touch-munmap'], given: { pages: AREA_PAGES }, turns: 2 };
  const counted = countOf(program, 'touches', 'shadow-on-nested', { ...MACHINE, isolates }) as Counted;
  const reflected = counted.invocations.vmresume ?? 0;
  return {
    ...{ isolates, reflectedPerPage: reflected / AREA_PAGES },
    seconds: (AREAS * reflected * ROUND_TRIPS.hypercall.nested) / 1e6,
  };
}
