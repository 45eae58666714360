/**
 * What one table entry is, for the reference model: absent, illegal, a pointer to a table or a page. Written from the manuals alone:
 * Intel SDM vol. 3A, tables 4-4 to 4-20 and vol. 3C, tables 29-1 to 29-7; AMD APM vol. 2, 5.2 and 5.3.
 */
export type Mode = 'none' | '32bit' | 'pae' | '4level' | '5level';

/** Registers and features that ordinary paging depends on. */
export interface Paging {
  readonly mode: Mode;
  /** CR3 without its flags: the address of the root. */
  readonly root: bigint;
  readonly maxPhyAddr: number;
  readonly page1gb: boolean;
  readonly pse: boolean;
  /** EFER.NXE, where entries have 8 bytes. */
  readonly nxe: boolean;
  readonly wp: boolean;
  readonly smep: boolean;
  readonly smap: boolean;
  readonly ac: boolean;
  readonly pge: boolean;
  readonly pke: boolean;
  readonly pks: boolean;
  readonly pkru: number;
  readonly pkrs: number;
  /** AMD: bit 8 of PML4E and PML5E is reserved. */
  readonly bit8Reserved: boolean;
  /** Accessed bits of pointers are set on the way down; else when the walk completes. */
  readonly early: boolean;
}

export interface Ept {
  readonly mode: 'ept';
  readonly root: bigint;
  readonly maxPhyAddr: number;
  readonly page1gb: boolean;
  readonly accessedDirty: boolean;
  readonly executeOnly: boolean;
  readonly modeBasedExecute: boolean;
  readonly early: boolean;
}

export type Tables = Paging | Ept;

export const LEVELS = { none: 0, '32bit': 2, pae: 3, '4level': 4, '5level': 5, ept: 4 } as const;

export type Entry =
  | { readonly kind: 'absent' }
  | { readonly kind: 'illegal' }
  | { readonly kind: 'table'; readonly base: bigint }
  | { readonly kind: 'page'; readonly base: bigint; readonly bits: number };

const ABSENT: Entry = { kind: 'absent' };
const ILLEGAL: Entry = { kind: 'illegal' };

/** Bits `high` down to `low` of a value, in their places. */
function field(value: bigint, high: number, low: number): bigint {
  return value & ((1n << BigInt(high + 1)) - (1n << BigInt(low)));
}

export function bit(value: bigint, position: number): boolean {
  return ((value >> BigInt(position)) & 1n) === 1n;
}

export function entryBytes(tables: Tables): 4 | 8 {
  return tables.mode === '32bit' ? 4 : 8;
}

/** log2 of the bytes that an entry of a level maps. */
export function sizeBits(tables: Tables, level: number): number {
  return 12 + (tables.mode === '32bit' ? 10 : 9) * (level - 1);
}

/** Address of the entry of a level for an address that is translated. */
export function entryAddress(tables: Tables, level: number, table: bigint, address: bigint): bigint {
  const bits = sizeBits(tables, level);
  const width = tables.mode === '32bit' ? 10 : tables.mode === 'pae' && level === 3 ? 2 : 9;
  return table + (field(address, bits + width - 1, bits) >> BigInt(bits)) * BigInt(entryBytes(tables));
}

export function classify(tables: Tables, level: number, entry: bigint): Entry {
  if (tables.mode === 'ept') return classifyEpt(tables, level, entry);
  if (!bit(entry, 0)) return ABSENT;
  if (tables.mode === '32bit') return classifyTwoLevel(tables, level, entry);
  return tables.mode === 'pae' ? classifyPae(tables, level, entry) : classifyLong(tables, level, entry);
}

function classifyTwoLevel({ pse, maxPhyAddr }: Paging, level: number, entry: bigint): Entry {
  if (level === 1) return { kind: 'page', base: field(entry, 31, 12), bits: 12 };
  if (!pse || !bit(entry, 7)) return { kind: 'table', base: field(entry, 31, 12) };
  // PSE-36: bits 13.. hold address bits 32 up to 39 or MAXPHYADDR - 1; from there up to 21 they are reserved.
  const width = Math.min(40, maxPhyAddr);
  if (field(entry, 21, width - 19) !== 0n) return ILLEGAL;
  return { kind: 'page', base: field(entry, 31, 22) | (field(entry, 20, 13) << 19n), bits: 22 };
}

function classifyPae(paging: Paging, level: number, entry: bigint): Entry {
  const { maxPhyAddr, nxe } = paging;
  if (field(entry, 62, maxPhyAddr) !== 0n || (bit(entry, 63) && (!nxe || level === 3))) return ILLEGAL;
  if (level === 3 && (field(entry, 2, 1) | field(entry, 8, 5)) !== 0n) return ILLEGAL;
  return level === 2 && bit(entry, 7) ? largePage(entry, 21, 13) : pointerOrPage(level, entry);
}

function classifyLong(paging: Paging, level: number, entry: bigint): Entry {
  const { maxPhyAddr, nxe, page1gb, bit8Reserved } = paging;
  if (field(entry, 51, maxPhyAddr) !== 0n || (bit(entry, 63) && !nxe)) return ILLEGAL;
  if (level > 3 && bit8Reserved && bit(entry, 8)) return ILLEGAL;
  if (level === 1 || !bit(entry, 7)) return pointerOrPage(level, entry);
  if (level > 3 || (level === 3 && !page1gb)) return ILLEGAL;
  return largePage(entry, sizeBits(paging, level), 13);
}

function classifyEpt(tables: Ept, level: number, entry: bigint): Entry {
  const { maxPhyAddr, page1gb, executeOnly, modeBasedExecute } = tables;
  const [read, write, execute] = [bit(entry, 0), bit(entry, 1), bit(entry, 2)];
  const fetchable = execute || (modeBasedExecute && bit(entry, 10));
  if (!read && !write && !fetchable) return ABSENT;
  if (!read && (write || (fetchable && !executeOnly))) return ILLEGAL;
  if (field(entry, 51, maxPhyAddr) !== 0n) return ILLEGAL;
  const leaf = level === 1 || (bit(entry, 7) && (level === 2 || (level === 3 && page1gb)));
  if (!leaf) return field(entry, level === 2 ? 6 : 7, 3) === 0n ? pointerOrPage(level, entry) : ILLEGAL;
  const type = field(entry, 5, 3) >> 3n;
  if (type === 2n || type === 3n || type === 7n) return ILLEGAL;
  return level === 1 ? pointerOrPage(level, entry) : largePage(entry, sizeBits(tables, level), 12);
}

function pointerOrPage(level: number, entry: bigint): Entry {
  const base = field(entry, 51, 12);
  return level === 1 ? { kind: 'page', base, bits: 12 } : { kind: 'table', base };
}

/** Address bits from `lowest` up to the page's size are reserved; ordinary large pages have PAT in bit 12. */
function largePage(entry: bigint, bits: number, lowest: number): Entry {
  if (field(entry, bits - 1, lowest) !== 0n) return ILLEGAL;
  return { kind: 'page', base: field(entry, 51, bits), bits };
}
