/** The references of a trace as formats without events have them: run by run, with addresses; the rest is counted as dropped. */
import {
  KIND,
  KIND_NAMES,
  LAST_REFERENCE,
  operand,
  operandCount,
  type EventBatch,
  type PageDictionary,
  type TraceCharacteristics,
} from '../event.js';
import type { TraceSource } from '../source.js';
import type { Drops } from './drops.js';

const PAGE_BYTES = 4096n;

export interface ReferenceRun {
  readonly kind: number;
  /** Of the first byte of the page, or of the reference where its offset is known. */
  readonly address: bigint;
  /** References; 1 where the trace does not say how many the run is of. */
  readonly count: number;
}

/** Goes through a trace batch by batch: the runs of each. */
export async function* referenceRuns(source: TraceSource, drops: Drops): AsyncGenerator<Iterable<ReferenceRun>> {
  const { counts } = source.header.characteristics;
  for await (const batch of source.batches()) yield runsOf(batch, source.pages, counts, drops);
}

function* runsOf(
  batch: EventBatch,
  pages: PageDictionary,
  counts: TraceCharacteristics['counts'],
  drops: Drops,
): Generator<ReferenceRun> {
  const { length, kind, space, page, count } = batch;
  for (let row = 0; row < length; row++) {
    const k = kind[row]!;
    if (counts !== 'exact')
      drops.add('references between rows', Math.max(0, count[row]! - (k === KIND.read || k === KIND.write ? 1 : 0)));
    if (k > LAST_REFERENCE) {
      drops.add(`${KIND_NAMES[k]!} events`);
      continue;
    }
    if (space[row] !== 0) drops.add('address spaces of runs');
    if (physicalAddressOf(batch, row)) drops.add('physical addresses');
    const address = BigInt(pages.vpn[page[row]!]!) * PAGE_BYTES + BigInt(offsetOf(batch, row));
    yield { kind: k, address, count: counts === 'exact' ? count[row]! : 1 };
  }
}

/** A physical address of 0 is not known. */
function physicalAddressOf(batch: EventBatch, row: number): boolean {
  return operandCount(batch, row) > 0 && operand(batch, row, 0) !== 0;
}

/** In the page: as the second operand says, or the physical address. */
function offsetOf(batch: EventBatch, row: number): number {
  const operands = operandCount(batch, row);
  return operands === 0 ? 0 : operand(batch, row, operands - 1) % Number(PAGE_BYTES);
}
