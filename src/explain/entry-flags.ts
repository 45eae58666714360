/**
 * The flags of a table entry by name. Intel SDM vol. 3A, 4.3 to 4.6, and vol. 3C, 29.3.2; AMD APM vol. 2, 5.3 and 5.4.
 * Bits that the hardware ignores at a level are left out; RSVD says that a reserved one is set.
 */
import { EPT, PTE, wideHigh, wideLow } from '../memory/formats/index.js';
import { rightsOf, type Dimension } from '../mmu/dimension.js';

type Named = readonly (readonly [mask: number, name: string])[];

const BARE: Named = [
  [PTE.present, 'P'],
  [PTE.writeThrough, 'PWT'],
  [PTE.cacheDisable, 'PCD'],
];
const POINTER: Named = [
  [PTE.present, 'P'],
  [PTE.writable, 'W'],
  [PTE.user, 'U'],
  [PTE.writeThrough, 'PWT'],
  [PTE.cacheDisable, 'PCD'],
  [PTE.accessed, 'A'],
];
const LEAF: Named = [...POINTER, [PTE.dirty, 'D']];
const PAGE: Named = [...LEAF, [0x80, 'PAT'], [PTE.global, 'G']];
const LARGE_PAGE: Named = [...LEAF, [PTE.large, 'PS'], [PTE.global, 'G'], [0x1000, 'PAT']];
const EPT_RIGHTS: Named = [
  [EPT.read, 'R'],
  [EPT.write, 'W'],
  [EPT.execute, 'X'],
];
const MEMORY_TYPES: Readonly<Record<number, string>> = { 0: 'UC', 1: 'WC', 4: 'WT', 5: 'WP', 6: 'WB' };
const IGNORE_PAT = 0x40;

export function entryFlags(tables: Dimension, level: number, low: number, high: number): string[] {
  if ((low & tables.presentMask) === 0) return ['not present'];
  const leaf = tables.isLeaf(low, level);
  const flags = tables.format.readWriteExecute ? eptFlags(tables, level, low, leaf) : flagsOf(tables, level, low, leaf);
  if (!tables.format.readWriteExecute) {
    if (high < 0 && tables.controls.nxe && level !== tables.bareLevel) flags.push('NX');
    if (leaf && tables.keyed) flags.push(`PKEY ${(high >>> 27) & 15}`);
  }
  if (isReserved(tables, level, low, high, leaf)) flags.push('RSVD');
  return flags;
}

function flagsOf(tables: Dimension, level: number, low: number, leaf: boolean): string[] {
  if (level === tables.bareLevel) return named(BARE, low);
  return named(leaf ? (level === 1 ? PAGE : LARGE_PAGE) : POINTER, low);
}

function eptFlags({ controls }: Dimension, level: number, low: number, leaf: boolean): string[] {
  const type = (low >> 3) & 7;
  const bits: (readonly [number, string])[] = [...EPT_RIGHTS];
  if (controls.modeBasedExecute) bits.push([EPT.userExecute, 'UX']);
  if (controls.eptAccessedDirty) bits.push([EPT.accessed, 'A']);
  if (!leaf) return named(bits, low);
  if (controls.eptAccessedDirty) bits.push([EPT.dirty, 'D']);
  if (level > 1) bits.push([PTE.large, 'PS']);
  return [...named(bits, low), MEMORY_TYPES[type] ?? `type ${type}`, ...named([[IGNORE_PAT, 'IPAT']], low)];
}

function named(names: Named, low: number): string[] {
  return names.filter(([mask]) => (low & mask) !== 0).map(([, name]) => name);
}

/** Whether a walk refuses an entry for what it holds, not for its rights. */
export function isReserved(tables: Dimension, level: number, low: number, high: number, leaf: boolean): boolean {
  if (((tables.illegalRights >> rightsOf(low)) & 1) !== 0) return true;
  if (!leaf) {
    const reserved = tables.stopLow[level]! & ~tables.leafBit[level]!;
    return ((low & reserved) | (high & tables.stopHigh[level]!)) !== 0;
  }
  const wide = tables.narrow && level > 1;
  const [leafLow, leafHigh] = wide ? [wideLow(low), wideHigh(low)] : [low, high];
  const reserved = (leafLow & tables.leafReservedLow[level]!) | (leafHigh & tables.leafReservedHigh);
  return reserved !== 0 || tables.isBadType(low);
}
