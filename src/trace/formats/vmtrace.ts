/**
 * Full-system record streams, `.bin`: a guest kernel with its page-table writes, CR3 writes, INVLPGs, page faults, and reference runs.
 *
 * Records of 24 bytes, little-endian: u8 kind, u8 aux, u16 0, u32 data references since the previous record, u64 a, u64 b.
 * A reference's operands are its physical address, and its offset in the page unless that address has the same offset and is not 0
 * (0 = unknown, so `[0, offset]` is a reference whose physical address is not known).
 */
import { TraceError, UsageError } from '../../errors.js';
import { KIND, type EventBatch } from '../event.js';
import { PageNumbering } from '../pages.js';
import { RowBuffer } from '../row-buffer.js';
import type { TraceSource } from '../source.js';
import { systemTrace } from '../system-trace.js';
import type { ImportOptions, TraceFormat } from './format.js';

const RECORD = 24;
const RUN = 1;
const CR3_WRITE = 3;
const FETCH = 7;
const SPACES = 65_536;

/** How each kind is kept: `entry` = [level, address of the entry, value]; `value` = [a]; `run` = a reference. */
const KINDS = [
  null,
  { kind: KIND.read, shape: 'run' },
  { kind: KIND.tableWrite, shape: 'entry' },
  { kind: KIND.cr3Write, shape: 'value' },
  { kind: KIND.invlpg, shape: 'value' },
  { kind: KIND.pageFault, shape: 'value' },
  { kind: KIND.tableSnapshot, shape: 'entry' },
  { kind: KIND.fetch, shape: 'run' },
] as const;

export const vmtrace: TraceFormat = {
  description:
    'full-system records of a guest kernel (QEMU system emulation), with physical addresses and page-table writes',
  suffix: '.bin',
  filtered: true,
  recognise(head) {
    if (head.length < RECORD) return false;
    const kinds = [head[0]!, head[RECORD] ?? RUN];
    return kinds.every((kind) => kind >= 1 && kind < KINDS.length) && head[1]! <= 5 && head[2] === 0 && head[3] === 0;
  },
  read(bytes, options): TraceSource {
    const filterSets = options.filterSets;
    if (filterSets === undefined) {
      throw new UsageError(
        `${options.path}: found no word of how it was filtered; expected --filter-sets, the pages of the filter, or a file named *-fN.bin`,
      );
    }
    const decoder = new Decoder(options);
    const header = { name: options.name, characteristics: systemTrace(filterSets), source: options.source };
    return { header, pages: decoder.pages, batches: () => decoder.batches(bytes) };
  },
};

class Decoder {
  readonly pages = new PageNumbering();
  private readonly rows = new RowBuffer();
  /** Number of each CR3 value, from 1 in order of appearance; 0 = before the first. */
  private readonly spaces = new Map<bigint, number>();
  private space = 0;
  private offset = 0;

  constructor(private readonly options: ImportOptions) {}

  async *batches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EventBatch, void, undefined> {
    let rest: Uint8Array = new Uint8Array(0);
    for await (const chunk of chunks) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let at = 0;
      for (; at + RECORD <= bytes.length; at += RECORD) {
        this.record(view, at);
        this.offset += RECORD;
        if (this.rows.full) yield this.rows.take();
      }
      rest = bytes.subarray(at);
    }
    if (rest.length > 0) this.fail('the end of the stream', `the rest of a record of ${RECORD} bytes`);
    yield this.rows.take();
  }

  private record(view: DataView, at: number): void {
    const number = view.getUint8(at);
    const aux = view.getUint8(at + 1);
    const how = KINDS[number];
    if (how == null || view.getUint16(at + 2, true) !== 0) {
      this.fail(
        `kind ${number} with padding ${view.getUint16(at + 2, true)}`,
        `kinds 1 to ${KINDS.length - 1}, padding 0`,
      );
    }
    const count = view.getUint32(at + 4, true);
    const aLow = view.getUint32(at + 8, true);
    const aHigh = view.getUint32(at + 12, true);
    const bLow = view.getUint32(at + 16, true);
    const bHigh = view.getUint32(at + 20, true);
    switch (how.shape) {
      case 'run': {
        if (aux > (number === FETCH ? 0 : 1)) this.fail(`a reference with aux ${aux}`, '1 for a store, 0 otherwise');
        const page = this.pages.idOf(aHigh * 0x10_0000 + (aLow >>> 12));
        this.rows.row(aux === 1 ? KIND.write : how.kind, this.space, page, count);
        this.rows.operand(bLow, bHigh);
        const unknown = bLow === 0 && bHigh === 0;
        if (unknown || ((aLow ^ bLow) & 0xfff) !== 0) this.rows.operand(aLow & 0xfff, 0);
        return;
      }
      case 'entry':
        if (aux < 1 || aux > 5) this.fail(`a table entry of level ${aux}`, '1 to 5');
        this.rows.row(how.kind, this.space, 0, count);
        this.rows.operand(aux, 0);
        this.rows.operand(aLow, aHigh);
        this.rows.operand(bLow, bHigh);
        return;
      case 'value':
        if (aux !== 0 || bLow !== 0 || bHigh !== 0) this.fail(`kind ${number} with aux ${aux} or b not 0`, '0 and 0');
        if (number === CR3_WRITE) this.space = this.spaceOf(view.getBigUint64(at + 8, true));
        this.rows.row(how.kind, this.space, 0, count);
        this.rows.operand(aLow, aHigh);
    }
  }

  private spaceOf(cr3: bigint): number {
    let space = this.spaces.get(cr3);
    if (space === undefined) {
      space = this.spaces.size + 1;
      if (space === SPACES) this.fail(`${SPACES} different CR3 values`, `fewer than ${SPACES}`);
      this.spaces.set(cr3, space);
    }
    return space;
  }

  private fail(found: string, expected: string): never {
    throw new TraceError(`${this.options.path}: byte ${this.offset}: found ${found}; expected ${expected}`);
  }
}
