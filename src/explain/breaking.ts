/** Breaks one entry of the tables in simulated memory, so that the walk that meets it ends in a fault. */
import { UsageError } from '../errors.js';
import { offsetOf, pageOf } from '../memory/address.js';
import { EPT, PTE } from '../memory/formats/index.js';
import type { PhysicalMemory } from '../memory/physical.js';
import type { Dimension } from '../mmu/dimension.js';
import { reservedBits } from './entry-fields.js';
import { hex64 } from './hex.js';
import { BREAKS, type Break } from './mapping-choices.js';
import type { Note, ReferenceStep } from './step.js';

type Halves = readonly [low: number, high: number];

/** How an entry looks when it is broken; null where its format has no such bit. */
const BROKEN: Record<Break['kind'], (tables: Dimension, level: number, entry: Halves) => Halves | null> = {
  'not-present': ({ presentMask }, _level, [low, high]) => [low & ~presentMask, high],
  'write-protected': ({ format, bareLevel }, level, [low, high]) =>
    level === bareLevel ? null : [low & ~(format.readWriteExecute ? EPT.write : PTE.writable), high],
  'reserved-bit': (tables, level, [low, high]) => {
    const [ofLow, ofHigh] = reservedBits(tables, level, low);
    if (ofHigh !== 0) return [low, high | highestBit(ofHigh)];
    return ofLow === 0 ? null : [low | highestBit(ofLow), high];
  },
};

/** The ways in which an entry can be broken. */
export function breaksOf(tables: Dimension, level: number, entry: Halves): Break['kind'][] {
  return BREAKS.filter((kind) => BROKEN[kind](tables, level, entry) !== null);
}

/**
 * Breaks the entry that a step has read, where it lies in memory, and says so.
 * @throws UsageError where the entry's format has no such bit
 */
export function breakEntry(memory: PhysicalMemory, tables: Dimension, step: ReferenceStep, kind: Break['kind']): Note {
  const { label, level, number, serves, address } = step;
  const [frame, word] = [pageOf(Number(address)), offsetOf(Number(address)) / 4];
  const entry: Halves = [memory.read(frame, word), tables.narrow ? 0 : memory.read(frame, word + 1)];
  const broken = BROKEN[kind](tables, level, entry);
  if (broken === null) {
    const allowed = breaksOf(tables, level, entry);
    throw new UsageError(
      `--fault: found ${number}:${kind}; the entry (${label}, format ${tables.format.name}) has no such bit; allowed: ${allowed.join(', ')}`,
    );
  }
  memory.write(frame, word, broken[0]);
  if (!tables.narrow) memory.write(frame, word + 1, broken[1]);
  const place = `${label}${serves === null ? '' : ` for ${serves}`}, reference ${number}, at sPA ${address}`;
  return { event: 'note', text: `broken (${kind}): ${place}: ${hex64(...entry)} is now ${hex64(...broken)}` };
}

function highestBit(mask: number): number {
  return (2 ** (31 - Math.clz32(mask))) | 0;
}
