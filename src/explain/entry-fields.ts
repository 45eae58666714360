/** A table entry taken apart: every bit of it as a field with its meaning, and the flags among them by name. RSVD: a reserved bit is set. */
import { rightsOf, type Dimension } from '../mmu/dimension.js';
import { partsOf, presentParts, type Part } from './entry-parts.js';
import { bits64, hex } from './hex.js';
import type { Hex } from './step.js';

/** Bits `high` down to `low` of an entry. */
export interface EntryField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  /** Of these bits alone. */
  readonly value: Hex;
  readonly meaning: string;
}

/** The halves of a mask of bits. */
type Halves = readonly [low: number, high: number];

const RESERVED = {
  name: 'reserved',
  meaning: (value: number) => (value === 0 ? 'must be 0' : 'must be 0: the walk ends in a fault'),
};
const IGNORED = { name: 'ignored', meaning: () => 'ignored by the hardware' };

/** All bits of an entry, from the highest. */
export function entryFields(tables: Dimension, level: number, low: number, high: number): EntryField[] {
  const bits = 8 * tables.format.entryBytes;
  const present = isPresent(tables, low);
  const owners = new Array<Pick<Part, 'name' | 'meaning'>>(bits).fill(IGNORED);
  if (present) {
    const reserved = reservedBits(tables, level, low);
    for (let at = 0; at < bits; at++) if (valueOf(reserved, at, 1) === 1n) owners[at] = RESERVED;
  }
  for (const part of present ? partsOf(tables, level, low) : presentParts(tables))
    owners.fill(part, part.at, part.at + part.bits);
  const fields: EntryField[] = [];
  for (let top = bits - 1; top >= 0;) {
    const owner = owners[top]!;
    let bottom = top;
    while (bottom > 0 && owners[bottom - 1] === owner) bottom--;
    const value = valueOf([low, high], bottom, top - bottom + 1);
    fields.push({ name: owner.name, high: top, low: bottom, value: hex(value), meaning: owner.meaning(Number(value)) });
    top = bottom - 1;
  }
  return fields;
}

export function entryFlags(tables: Dimension, level: number, low: number, high: number): string[] {
  if (!isPresent(tables, low)) return ['not present'];
  const flags = partsOf(tables, level, low).flatMap(
    ({ at, bits, flag }) => flag(Number(valueOf([low, high], at, bits))) ?? [],
  );
  return isReserved(tables, level, low, high) ? [...flags, 'RSVD'] : flags;
}

/** Whether a walk refuses an entry for what it holds, not for its rights. */
export function isReserved(tables: Dimension, level: number, low: number, high: number): boolean {
  if (((tables.illegalRights >> rightsOf(low)) & 1) !== 0) return true;
  const reserved = reservedBits(tables, level, low);
  return ((low & reserved[0]) | (high & reserved[1])) !== 0 || (tables.isLeaf(low, level) && tables.isBadType(low));
}

/** The bits that must be 0 in an entry, which is a leaf or a pointer by its low half. */
export function reservedBits(tables: Dimension, level: number, low: number): Halves {
  if (!tables.isLeaf(low, level)) return [tables.stopLow[level]! & ~tables.leafBit[level]!, tables.stopHigh[level]!];
  const [leafLow, leafHigh] = [tables.leafReservedLow[level]!, tables.leafReservedHigh];
  if (!tables.narrow) return [leafLow, leafHigh];
  // PSE-36: of the upper half a large page has 8 bits, at 13 to 20.
  return [level === 1 ? 0 : leafLow | ((leafHigh & 0xff) << 13), 0];
}

function isPresent(tables: Dimension, low: number): boolean {
  return (low & tables.presentMask) !== 0;
}

/** Some bits of an entry or a mask. */
function valueOf(entry: Halves, at: number, bits: number): bigint {
  return BigInt.asUintN(bits, bits64(...entry) >> BigInt(at));
}
