/** Memory that page tables take, in MiB: the guest's own inside the virtual machine, the VMM's beside it. */
import type { Configuration } from './configuration.js';
import type { Vm } from './fleet.js';
import { input, type At, type Input } from './inputs.js';
import { times } from './range.js';
import { known, unknown } from './unknowns.js';
import { footprintOf } from './load/from-rates.js';

export interface TableMemory {
  readonly guestMib: number;
  /** Nested or shadow tables: the host's. */
  readonly vmmMib: number;
}

const TABLE_MIB = 4 / 1024;
/** MiB that a leaf table of 4 KiB pages maps, and one of 2 MiB pages. */
const LEAF_MIB = 2;
const LARGE_LEAF_MIB = 1024;
/** Upper tables of an address space: a root, and one each of the two levels below it. */
const UPPER = 3;
/** KVM gives up shadow tables beyond 2 % of guest frames (`KVM_PERMILLE_MMU_PAGES`). */
const SHADOW_LIMIT = 0.02;

export interface TableMemoryOf {
  readonly inputs: readonly Input[];
  of(configuration: Configuration, at: At): TableMemory;
}

export function tableMemory(vm: Vm): TableMemoryOf {
  const { name, profile, memoryGib } = vm;
  const footprint = footprintOf(vm);
  const processes = known(`${name}: processes`, profile.processes, profile.evidence['processes'] ?? 'given', () =>
    unknown('processes', `${name}: processes`),
  );
  const spread = input(
    `${name}: 4 KiB pages in use of a 2 MiB region that is`,
    { low: 64, high: 512 },
    'not measured: an eighth to all',
  );
  const thp = input(`${name}: share of memory that THP backs`, times(vm.thpPercent, 0.01), 'given, or half to all');
  return {
    inputs: [footprint, processes, spread, thp],
    of({ paging, guestPages, hostPages }, at) {
      const large = guestPages === 'thp' ? at(thp) : 0;
      const regions = (at(footprint) / LEAF_MIB) * (512 / at(spread));
      const small = UPPER * at(processes) + regions * (1 - large) + (large * at(footprint)) / LARGE_LEAF_MIB;
      // Of small host pages a large guest page has a table of its own.
      const shadow =
        UPPER * at(processes) +
        (hostPages === '4k' ? regions : regions * (1 - large) + (large * at(footprint)) / LARGE_LEAF_MIB);
      const memoryMib = memoryGib * 1024;
      const nested =
        memoryMib / { '4k': LEAF_MIB, '2m': LARGE_LEAF_MIB, '1g': 512 * LARGE_LEAF_MIB }[hostPages] + UPPER;
      const shadowMib = Math.min(SHADOW_LIMIT * memoryMib, shadow * TABLE_MIB);
      const nestedMib = nested * TABLE_MIB;
      return {
        guestMib: small * TABLE_MIB,
        vmmMib: paging === 'nested' ? nestedMib : paging === 'shadow' ? shadowMib : shadowMib + nestedMib,
      };
    },
  };
}
