/**
 * Page-run streams of user programs, `.vruns`: unsigned LEB128 numbers, lossless at page grain, fetch and data, with system-call events.
 *
 * A record begins with `h`. Even: a run; bit 1 = data, bit 2 = write, `h >> 3` = zigzag(page - last page of the class); then count - 1.
 * Odd: an event of kind `h >> 1`; then its arguments.
 */
import { TraceError } from '../../errors.js';
import { KIND, OPERANDS, type EventBatch, type KindName } from '../event.js';
import { PageNumbering } from '../pages.js';
import { RowBuffer } from '../row-buffer.js';
import type { TraceSource } from '../source.js';
import { USER_TRACE } from '../user-trace.js';
import type { ImportOptions, TraceFormat } from './format.js';

/** Our kind of each event kind; the arguments are our operands. */
const EVENT_KINDS: readonly (KindName | undefined)[] = [
  undefined,
  'mmap',
  'munmap',
  'mprotect',
  'brk',
  'madvise',
  'mremap',
  'threadStart',
  'threadSwitch',
  'fork',
  'exec',
  'exit',
  'systemCall',
  'initialMapping',
];

const INITIAL_MAPPING = (EVENT_KINDS.indexOf('initialMapping') << 1) | 1;

/** No record is longer: five numbers of at most eight bytes. */
const LONGEST_RECORD = 40;

const PAGES = 2 ** 52;

export const vruns: TraceFormat = {
  description: 'page runs of user programs with their system calls (QEMU user emulation), lossless at page grain',
  suffix: '.vruns',
  recognise: (head) => head[0] === INITIAL_MAPPING,
  read(bytes, options): TraceSource {
    const decoder = new Decoder(options);
    const header = { name: options.name, characteristics: USER_TRACE, source: options.source };
    return { header, pages: decoder.pages, batches: () => decoder.batches(bytes) };
  },
};

class Decoder {
  readonly pages = new PageNumbering();
  private readonly rows = new RowBuffer();
  private readonly lastPage = [0, 0];
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  /** Offset of `bytes` in the stream. */
  private offset = 0;

  constructor(private readonly options: ImportOptions) {}

  async *batches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EventBatch, void, undefined> {
    for await (const chunk of chunks) {
      const rest = this.bytes.subarray(this.at);
      this.offset += this.at;
      this.bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      this.at = 0;
      yield* this.records(this.bytes.length - LONGEST_RECORD);
    }
    yield* this.records(this.bytes.length);
    yield this.rows.take();
  }

  /** Decodes the records that begin before `limit`. */
  private *records(limit: number): Generator<EventBatch> {
    while (this.at < limit) {
      this.record();
      if (this.rows.full) yield this.rows.take();
    }
  }

  private record(): void {
    const start = this.at;
    const h = this.number();
    if (h % 2 === 1) {
      this.event((h - 1) / 2, start);
      return;
    }
    const dataClass = (h >>> 1) & 1;
    const zigzag = Math.floor(h / 8);
    const page = this.lastPage[dataClass]! + (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2);
    if (page < 0 || page >= PAGES) this.fail(start, `page ${page}`, 'a page below 2^52');
    this.lastPage[dataClass] = page;
    const write = (h & 4) !== 0;
    if (write && dataClass === 0) this.fail(start, 'a fetch that writes', 'a run of kind fetch, read or write');
    const count = this.number() + 1;
    if (count > 0xffff_ffff) this.fail(start, `a run of ${count} references`, 'fewer than 2^32');
    this.rows.row(dataClass === 0 ? KIND.fetch : write ? KIND.write : KIND.read, 0, this.pages.idOf(page), count);
  }

  private event(number: number, start: number): void {
    const kind = EVENT_KINDS[number];
    if (kind === undefined) this.fail(start, `event kind ${number}`, `1 to ${EVENT_KINDS.length - 1}`);
    this.rows.row(KIND[kind], 0, 0, 0);
    for (let i = 0; i < OPERANDS[kind].length; i++) this.rows.numberOperand(this.number());
  }

  private number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      if (this.at >= this.bytes.length) this.fail(this.at, 'the end of the stream', 'the rest of a record');
      const byte = this.bytes[this.at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) break;
      scale *= 128;
      if (scale > 2 ** 49) this.fail(this.at, 'a number of more than 8 bytes', 'a number below 2^53');
    }
    if (value > Number.MAX_SAFE_INTEGER) this.fail(this.at, `the number ${value}`, 'a number below 2^53');
    return value;
  }

  private fail(at: number, found: string, expected: string): never {
    throw new TraceError(`${this.options.path}: byte ${this.offset + at}: found ${found}; expected ${expected}`);
  }
}
