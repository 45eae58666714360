import { buildNative, buildNested, refsOf } from '../../verify/tables.js';
import type { FormatName } from '../../memory/formats/index.js';
import type { Walker } from '../../mmu/walker.js';
import { equal, type Check } from './check.js';

const VPN = 0x1_2345;

/** Tables by name and the level of their leaves: 1 is 4 KiB, 2 is 2 MiB, 3 is 1 GiB. */
interface Geometry {
  readonly what: string;
  readonly guest: readonly [FormatName, number];
  readonly host: readonly [FormatName, number] | null;
  /** Level of the nested leaves of guest tables, where it is not that of data. */
  readonly tables?: number;
  readonly refs: number;
}

const GEOMETRIES: readonly Geometry[] = [
  { what: '4 levels, native', guest: ['4level', 1], host: null, refs: 4 },
  { what: '4 levels on 4', guest: ['4level', 1], host: ['4level', 1], refs: 24 },
  { what: '2M on 4K', guest: ['4level', 2], host: ['4level', 1], refs: 19 },
  { what: '4K on 2M', guest: ['4level', 1], host: ['4level', 2], refs: 19 },
  { what: '2M on 2M', guest: ['4level', 2], host: ['4level', 2], refs: 15 },
  { what: '4K on 1G', guest: ['4level', 1], host: ['4level', 3], refs: 14 },
  { what: '1G on 4K', guest: ['4level', 3], host: ['4level', 1], refs: 14 },
  { what: '1G on 1G', guest: ['4level', 3], host: ['4level', 3], refs: 8 },
  { what: '4K on 4K, guest tables on 2M', guest: ['4level', 1], host: ['4level', 1], tables: 2, refs: 20 },
  { what: '5 levels on 5', guest: ['5level', 1], host: ['5level', 1], refs: 35 },
  { what: '5 levels on 4', guest: ['5level', 1], host: ['4level', 1], refs: 29 },
  { what: '4 levels on 5', guest: ['4level', 1], host: ['5level', 1], refs: 29 },
  { what: '2 levels of 32 bits on 2', guest: ['32bit', 1], host: ['32bit', 1], refs: 8 },
  { what: '2 levels of 32 bits on 4', guest: ['32bit', 1], host: ['4level', 1], refs: 14 },
  { what: 'PAE with PDPTEs in registers, on 4 (EPT)', guest: ['pae', 1], host: ['ept', 1], refs: 14 },
  { what: 'guest paging off, on 4', guest: ['none', 0], host: ['4level', 1], refs: 4 },
];

function built({ guest, host, tables }: Geometry): Walker {
  const [format, level] = guest;
  if (host === null) return buildNative(format, level, VPN).walker;
  return buildNested(format, level, host[0], host[1], VPN, tables ?? host[1]).walker;
}

function counted(geometry: Geometry): number {
  const walker = built(geometry);
  if (geometry.guest[0] === 'pae') walker.loadPdptes();
  return refsOf(walker, VPN);
}

export const e1: Check = {
  id: 'E1',
  class: 'EXACT',
  title: 'References of a walk without walk caches, by the tables of guest and host',
  source: 'arithmetic of the levels: (g + 1)(n + 1) - 1; 24 and 15 also in the SagePTE artifact, parse_walk_stats.py',
  tag: 'D',
  workload: 'none: tables are built and walked',
  findings: () => GEOMETRIES.map((geometry) => equal(geometry.what, geometry.refs, counted(geometry))),
};
