/** Small traces for tests, row by row, and rows of any trace as plain values to compare. */
import { KIND, operandCount, type EventBatch, type KindName } from '../../src/trace/event.js';
import { PageNumbering } from '../../src/trace/pages.js';
import { RowBuffer } from '../../src/trace/row-buffer.js';
import type { TraceHeader, TraceSource } from '../../src/trace/source.js';

export interface Row {
  kind: KindName;
  space: number;
  /** Page number of a reference, null for events. */
  page: number | null;
  count: number;
  operands: readonly bigint[];
}

export const HEADER: TraceHeader = {
  name: 'hand-made',
  characteristics: {
    source: 'user',
    fetches: true,
    data: true,
    kernelReferences: false,
    tableWrites: false,
    physicalAddresses: true,
    counts: 'exact',
    filterSets: null,
  },
  source: { ran: 'nothing', captured: 'written by hand' },
};

export const ROWS: Row[] = [
  { kind: 'initialMapping', space: 0, page: null, count: 0, operands: [0x400n, 16n, 5n, 0n] },
  { kind: 'fetch', space: 0, page: 0x400, count: 12, operands: [] },
  { kind: 'write', space: 0, page: 0x7ffff, count: 1, operands: [0x123456n] },
  { kind: 'exec', space: 0, page: null, count: 0, operands: [] },
  { kind: 'read', space: 7, page: 0xf_ffff_ffff_f000, count: 4_000_000_000, operands: [0n, 0xfffn] },
  { kind: 'tableWrite', space: 7, page: null, count: 0, operands: [4n, 0x30b6888n, 0x8000_0000_02a0_00e3n] },
  { kind: 'fetch', space: 0, page: 0x400, count: 1, operands: [] },
];

/** A source of `rows`, in batches of at most `batchRows`. */
export function handMade(rows: readonly Row[], header = HEADER, batchRows = Infinity): TraceSource {
  const pages = new PageNumbering();
  function* batches(): Generator<EventBatch> {
    const buffer = new RowBuffer();
    for (const { kind, space, page, count, operands } of rows) {
      buffer.row(KIND[kind], space, page === null ? 0 : pages.idOf(page), count);
      for (const value of operands) buffer.operand(Number(value & 0xffff_ffffn), Number(value >> 32n));
      if (buffer.length === batchRows || buffer.full) yield buffer.take();
    }
    yield buffer.take();
  }
  return { header, pages, batches };
}

export async function rowsOf(source: TraceSource): Promise<Row[]> {
  const names = Object.keys(KIND) as KindName[];
  const rows: Row[] = [];
  for await (const batch of source.batches()) {
    for (let i = 0; i < batch.length; i++) {
      const kind = names[batch.kind[i]!]!;
      const operands = Array.from({ length: operandCount(batch, i) }, (_, j) => {
        const at = 2 * (batch.operandStart[i]! + j);
        return BigInt(batch.operands[at]!) | (BigInt(batch.operands[at + 1]!) << 32n);
      });
      const page = ['fetch', 'read', 'write'].includes(kind) ? source.pages.vpn[batch.page[i]!]! : null;
      rows.push({ kind, space: batch.space[i]!, page, count: batch.count[i]!, operands });
    }
  }
  return rows;
}
