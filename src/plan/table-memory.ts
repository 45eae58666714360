/** Memory that page tables take, in MiB: the guest's own inside the virtual machine, the VMM's beside it. */
import type { Configuration } from './configuration.js';
import type { Host, Vm } from './fleet.js';
import { hugeOf, thpOf } from './large-pages.js';
import { input, type At, type Input } from './inputs.js';
import { known, unknown } from './unknowns.js';
import { footprintOf } from './load/from-rates.js';

export interface TableMemory {
  readonly guestMib: number;
  /** Nested or shadow tables: the host's. */
  readonly vmmMib: number;
}

const TABLE_MIB = 4 / 1024;
/** MiB that a table of each level maps: its entries are of 4 KiB, 2 MiB, 1 GiB or 512 GiB. */
const MAPS_MIB = { '4k': 2, '2m': 1024, '1g': 512 * 1024, root: 512 * 512 * 1024 } as const;
const LEVELS = ['4k', '2m', '1g', 'root'] as const;
/** Upper tables of an address space: a root, and one each of the two levels below it. */
const UPPER = 3;
/** KVM gives up shadow tables beyond 2 % of guest frames (`KVM_PERMILLE_MMU_PAGES`). */
const SHADOW_LIMIT = 0.02;

export interface TableMemoryOf {
  readonly inputs: readonly Input[];
  of(configuration: Configuration, at: At): TableMemory;
}

/** Tables from the leaves of a size upwards. */
function tablesOf(mib: number, leaf: (typeof LEVELS)[number]): number {
  return LEVELS.slice(LEVELS.indexOf(leaf)).reduce((sum, level) => sum + mib / MAPS_MIB[level], 0);
}

export function tableMemory(vm: Vm, host: Host): TableMemoryOf {
  const { name, profile, memoryGib } = vm;
  const memoryMib = memoryGib * 1024;
  const footprint = footprintOf(vm);
  const processes = known(`${name}: processes`, profile.processes, profile.evidence['processes'] ?? 'given', () =>
    unknown('processes', `${name}: processes`),
  );
  const spread = input(
    `${name}: 4 KiB pages in use of a 2 MiB region that is`,
    { low: 64, high: 512 },
    'not measured: an eighth to all',
  );
  const backed = input(
    `${name}: share of its memory that the host has backed`,
    { low: Math.min(1, (profile.footprintMib?.low ?? memoryMib / 16) / memoryMib), high: 1 },
    'not measured: its footprint to all of it',
    1,
  );
  const [thp, huge] = [thpOf(vm), hugeOf(host)];
  return {
    inputs: [footprint, processes, spread, backed, thp, huge],
    of({ paging, guestPages, hostPages }, at) {
      const large = guestPages === 'thp' ? at(thp) : 0;
      const hostLarge = hostPages === '4k' ? 0 : at(huge);
      const regions = (at(footprint) / MAPS_MIB['4k']) * (512 / at(spread));
      const ofGuest = (part: number): number =>
        UPPER * at(processes) + regions * (1 - part) + (part * at(footprint)) / MAPS_MIB['2m'];
      const nestedMib =
        TABLE_MIB *
        at(backed) *
        (hostLarge * tablesOf(memoryMib, hostPages) + (1 - hostLarge) * tablesOf(memoryMib, '4k'));
      // Of small host pages a large guest page has a shadow table of its own.
      const shadowMib = Math.min(SHADOW_LIMIT * memoryMib, TABLE_MIB * ofGuest(large * hostLarge));
      return {
        guestMib: TABLE_MIB * ofGuest(large),
        vmmMib: paging === 'nested' ? nestedMib : paging === 'shadow' ? shadowMib : shadowMib + nestedMib,
      };
    },
  };
}
