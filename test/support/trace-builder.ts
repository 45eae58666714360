/** Traces written by hand: rows are given one by one, and come out as a batch and its dictionary. */
import { KIND, OPERANDS, type EventBatch, type KindName, type TraceCharacteristics } from '../../src/trace/event.js';

type ReferenceKind = 'fetch' | 'read' | 'write';
type EventKind = Exclude<KindName, ReferenceKind>;

export const USER: TraceCharacteristics = {
  source: 'user',
  fetches: true,
  data: true,
  kernelReferences: false,
  tableWrites: false,
  physicalAddresses: false,
  counts: 'exact',
  filterSets: null,
};

export const FULL_SYSTEM: TraceCharacteristics = {
  ...USER,
  source: 'full-system',
  kernelReferences: true,
  tableWrites: true,
  physicalAddresses: true,
};

export class TraceBuilder {
  readonly pages: { size: number; vpn: Float64Array } = { size: 0, vpn: new Float64Array(4096) };
  private readonly ids = new Map<number, number>();
  private rows: { kind: number; page: number; count: number; operands: readonly (number | bigint)[] }[] = [];

  /** Dense id of a page; given on first use. */
  id(vpn: number): number {
    let id = this.ids.get(vpn);
    if (id === undefined) {
      id = this.pages.size++;
      this.ids.set(vpn, id);
      this.pages.vpn[id] = vpn;
    }
    return id;
  }

  ref(kind: ReferenceKind, vpn: number, count = 1): this {
    this.rows.push({ kind: KIND[kind], page: this.id(vpn), count, operands: [] });
    return this;
  }

  event(kind: EventKind, ...operands: (number | bigint)[]): this {
    const names: readonly string[] = OPERANDS[kind];
    const needed = names.filter((name) => !name.endsWith('?')).length;
    if (operands.length < needed) throw new Error(`${kind} takes ${names.join(', ')}`);
    this.rows.push({ kind: KIND[kind], page: 0, count: 0, operands });
    return this;
  }

  /** The rows so far as a batch; the builder goes on with an empty one. */
  batch(): EventBatch {
    const { rows } = this;
    this.rows = [];
    const starts = [0];
    for (const row of rows) starts.push(starts.at(-1)! + row.operands.length);
    const words = rows.flatMap(({ operands }) =>
      operands.flatMap((value) => [Number(BigInt(value) & 0xffff_ffffn), Number(BigInt(value) >> 32n)]),
    );
    return {
      length: rows.length,
      kind: Uint8Array.from(rows, (row) => row.kind),
      space: new Uint16Array(rows.length),
      page: Uint32Array.from(rows, (row) => row.page),
      count: Uint32Array.from(rows, (row) => row.count),
      operandStart: Uint32Array.from(starts),
      operands: Uint32Array.from(words),
    };
  }
}
