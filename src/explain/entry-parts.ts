/** The named parts of a table entry, as data. Intel SDM vol. 3A, 4.3 to 4.6, and vol. 3C, 29.3.2; AMD APM vol. 2, 5.3 and 5.4. */
import { PTE } from '../memory/formats/index.js';
import type { Dimension } from '../mmu/dimension.js';
import { bytesText } from './end-text.js';
import { hex } from './hex.js';

/** Bits that belong together. */
export interface Part {
  readonly name: string;
  /** Lowest bit. */
  readonly at: number;
  readonly bits: number;
  /** How a list of flags shows a value; null: not at all. */
  readonly flag: (value: number) => string | null;
  readonly meaning: (value: number) => string;
}

function bit(at: number, name: string, clear: string, set: string): Part {
  return {
    name,
    at,
    bits: 1,
    flag: (value) => (value === 0 ? null : name),
    meaning: (value) => (value === 0 ? clear : set),
  };
}

const PRESENT = bit(0, 'P', 'not present', 'present');
const CACHING = [
  bit(3, 'PWT', 'index into the PAT: bit 0 clear', 'index into the PAT: bit 0 set'),
  bit(4, 'PCD', 'index into the PAT: bit 1 clear', 'index into the PAT: bit 1 set'),
];
const pat = (at: number): Part => bit(at, 'PAT', 'index into the PAT: bit 2 clear', 'index into the PAT: bit 2 set');
const accessed = (at: number): Part => bit(at, 'A', 'not accessed', 'accessed');
const dirty = (at: number): Part => bit(at, 'D', 'not written', 'written');
const SIZE = bit(7, 'PS', 'points to a table', 'maps a page');
const POINTER = [
  PRESENT,
  bit(1, 'W', 'read-only', 'writable'),
  bit(2, 'U', 'supervisor only', 'user'),
  ...CACHING,
  accessed(5),
];
const GLOBAL = bit(8, 'G', 'of one address space', 'global');
const NO_FETCHES = bit(63, 'NX', 'fetches allowed', 'no fetches');
const KEY: Part = {
  name: 'PKEY',
  at: 59,
  bits: 4,
  flag: (value) => `PKEY ${value}`,
  meaning: (value) => `protection key ${value}`,
};

const EPT_RIGHTS = [
  bit(0, 'R', 'no reads', 'reads allowed'),
  bit(1, 'W', 'no writes', 'writes allowed'),
  bit(2, 'X', 'no fetches', 'fetches allowed'),
];
const USER_FETCHES = bit(10, 'UX', 'no fetches from user pages', 'fetches from user pages allowed');
const IGNORE_PAT = bit(6, 'IPAT', "combined with the guest's PAT", "the guest's PAT is ignored");
const TYPES: Readonly<Record<number, string>> = { 0: 'UC', 1: 'WC', 4: 'WT', 5: 'WP', 6: 'WB' };
const MEMORY_TYPE: Part = {
  name: 'type',
  at: 3,
  bits: 3,
  flag: (value) => TYPES[value] ?? `type ${value}`,
  meaning: (value) => `memory type ${TYPES[value] ?? 'reserved'}`,
};

/** The parts of a present entry, in the order in which its flags are listed. */
export function partsOf(tables: Dimension, level: number, low: number): Part[] {
  const leaf = tables.isLeaf(low, level);
  const parts = tables.format.readWriteExecute ? eptParts(tables, level, leaf) : pteParts(tables, level, leaf);
  return [...parts, ...addressParts(tables, level, leaf)];
}

/** Of an entry that is not present the hardware looks at nothing else. */
export function presentParts(tables: Dimension): Part[] {
  return (tables.format.readWriteExecute ? eptRights(tables) : [PRESENT]).filter(
    ({ at }) => ((tables.presentMask >> at) & 1) !== 0,
  );
}

function pteParts(tables: Dimension, level: number, leaf: boolean): Part[] {
  const { nxe } = tables.controls;
  if (level === tables.bareLevel) return [PRESENT, ...CACHING];
  const noFetches = nxe && !tables.narrow ? [NO_FETCHES] : [];
  if (!leaf) return [...POINTER, ...sizeParts(tables, level), ...noFetches];
  const page = level === 1 ? [pat(7), GLOBAL] : [SIZE, GLOBAL, pat(12)];
  return [...POINTER, dirty(6), ...page, ...noFetches, ...(tables.keyed ? [KEY] : [])];
}

function eptRights({ controls }: Dimension): Part[] {
  return [...EPT_RIGHTS, ...(controls.modeBasedExecute ? [USER_FETCHES] : [])];
}

function eptParts(tables: Dimension, level: number, leaf: boolean): Part[] {
  const marks = tables.controls.eptAccessedDirty ? [accessed(8), ...(leaf ? [dirty(9)] : [])] : [];
  const page = leaf ? [MEMORY_TYPE, IGNORE_PAT] : [];
  return [...eptRights(tables), ...marks, ...sizeParts(tables, level), ...page];
}

/** Where an entry of the level can map a page, the bit that says so. */
function sizeParts(tables: Dimension, level: number): Part[] {
  return tables.leafBit[level] === PTE.large ? [SIZE] : [];
}

function addressParts(tables: Dimension, level: number, leaf: boolean): Part[] {
  const from = leaf ? tables.pageShift[level]! : 12;
  const what = leaf ? `${bytesText(2 ** from)} page at` : 'table at';
  if (!tables.narrow) return [addressPart('address', from, Math.min(52, tables.controls.maxPhyAddr), 0, what)];
  // PSE-36: bits 32 to 39 of a large page's address stand in bits 13 to 20.
  const upper = 13 + Math.min(8, tables.controls.maxPhyAddr - 32);
  const wide = leaf && level > 1 ? [addressPart('upper address', 13, upper, 19, 'adds')] : [];
  return [addressPart('address', from, 32, 0, what), ...wide];
}

/** @param end the bit behind it @param up how much higher its bits are in the address */
function addressPart(name: string, at: number, end: number, up: number, what: string): Part {
  const meaning = (value: number): string => `${what} ${hex(value * 2 ** (at + up))}`;
  return { name, at, bits: end - at, flag: () => null, meaning };
}
