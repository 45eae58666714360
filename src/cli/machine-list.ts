/** Machines in words: a line of each for the table, and a sheet with all that is known of one. */
import {
  machineSchema,
  type DataLevelConfig,
  type Machine,
  type MachineInput,
  type TlbArrayConfig,
  type TlbLevelConfig,
  type WalkCacheConfig,
} from '../config/machine-schema.js';
import { MACHINES } from '../config/machines/index.js';
import type { Listed } from './listed.js';

export function listedMachines(): Listed[] {
  return Object.values<MachineInput>(MACHINES).map((input) => {
    const machine = machineSchema.parse(input);
    return { row: machineRow(machine), sheet: machineSheet(machine), json: machine };
  });
}

/** What tells machines apart, in 160 columns: data TLBs, data caches, nested paging. */
function machineRow({ name, vendor, year, title, tlb, caches, nested }: Machine): Listed['row'] {
  return {
    name,
    year,
    l1d: dataText(tlb.l1d),
    l2d: tlb.l2 === null ? 'none' : levelText('unified' in tlb.l2 ? tlb.l2.unified : tlb.l2.data),
    'L2/L3': [caches.l2, caches.l3].map((cache) => (cache === null ? '-' : sizeText(cache.kib))).join('/'),
    nested: nested === null ? 'none' : nestedKind(nested),
    title: title.replace(new RegExp(`^${vendor} `, 'i'), ''),
  };
}

function machineSheet(machine: Machine): Listed['sheet'] {
  const { tlb, paging, nestedTlb, caches, walkCache } = machine;
  const { l1d, l2, l3 } = caches;
  return {
    name: machine.name,
    title: machine.title,
    year: machine.year,
    'TLB l1i': levelText(tlb.l1i),
    'TLB l1d': dataText(tlb.l1d),
    'TLB l2': secondText(tlb.l2),
    'TLB rules': `${tlb.inclusion}, 4 MiB pages ${tlb.split4m ? 'as two of 2 MiB' : 'whole'}`,
    'walk cache': walkCache === null ? 'none' : walkText(walkCache),
    'nested TLB': nestedTlb === null ? 'none' : `${arrayText(nestedTlb)} ${nestedTlb.holds}`,
    'data caches': [l1d, l2, l3].map((cache) => (cache === null ? 'none' : `${cache.kib}/${cache.ways}`)).join(', '),
    cycles: `TLB l2 ${tlb.l2HitCycles}, l1 ${l1d.cycles}, l2 ${l2.cycles}, l3 ${l3?.cycles ?? '-'}, memory ${caches.memoryCycles}`,
    paging: pagingText(paging),
    nested: nestedText(machine.nested),
    tags: machine.taggedTlb
      ? `${machine.asids}, ${machine.flushByAsid ? 'flushed one by one' : 'flushed all at once'}`
      : 'none',
    costs: machine.costs,
    source: machine.source,
    doubts: machine.doubts,
  };
}

function sizeText(kib: number): string {
  return kib % 1024 === 0 ? `${kib / 1024}M` : kib > 1024 ? `${(kib / 1024).toFixed(1)}M` : `${kib}K`;
}

function pagingText({ maxPhyAddr, fiveLevel, page1g, pcid }: Machine['paging']): string {
  return listed([
    `${maxPhyAddr}-bit addresses`,
    fiveLevel && '5-level tables',
    page1g && '1 GiB pages',
    pcid && 'PCIDs',
  ]);
}

function nestedText(nested: Machine['nested']): string {
  if (nested === null) return 'none';
  const { executeOnly, modeBasedExecute, pdptes } = nested;
  return listed([
    nestedKind(nested),
    executeOnly && 'execute-only',
    modeBasedExecute && 'execute by privilege',
    `PDPTEs ${pdptes === 'walk' ? 'read in walks' : 'in registers'}`,
  ]);
}

/** NPT always has accessed and dirty bits. */
function nestedKind({ kind, accessedDirty }: NonNullable<Machine['nested']>): string {
  return kind === 'ept' && accessedDirty ? 'ept a/d' : kind;
}

function listed(parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join(', ');
}

function secondText(l2: Machine['tlb']['l2']): string {
  if (l2 === null) return 'none';
  return 'unified' in l2 ? levelText(l2.unified) : `i ${levelText(l2.instruction)}, d ${levelText(l2.data)}`;
}

function dataText(level: DataLevelConfig): string {
  return 'load' in level ? `ld ${levelText(level.load)} st ${levelText(level.store)}` : levelText(level);
}

function levelText(level: TlbLevelConfig): string {
  const arrays = Object.entries(level).filter((entry): entry is [string, TlbArrayConfig] => Boolean(entry[1]));
  const small = ([sizes]: [string, unknown]): number => (/4k|shared/.test(sizes) ? 0 : 1);
  return arrays
    .toSorted((a, b) => small(a) - small(b))
    .map(([sizes, array]) => `${sizes} ${arrayText(array)}${policyText(array)}`)
    .join(' ');
}

function policyText({ replacement, index }: TlbArrayConfig): string {
  return `${replacement === 'lru' ? '' : ` ${replacement}`}${index === 'modulo' ? '' : ` ${index}`}`;
}

function walkText(cache: WalkCacheConfig): string {
  const { organisation, dimensions } = cache;
  if ('entries' in cache) return `${organisation} ${arrayText(cache)} ${dimensions}`;
  const levels = (['pml5e', 'pml4e', 'pdpte', 'pde'] as const).flatMap((level) => {
    const array = cache[level];
    return array === null ? [] : [`${level} ${arrayText(array)}`];
  });
  return `${organisation} ${levels.join(' ')} ${dimensions}`;
}

/** Entries and ways, `fa` for fully associative. */
function arrayText({ entries, ways }: { readonly entries: number; readonly ways: number }): string {
  return `${entries}/${ways === 0 ? 'fa' : ways}`;
}
