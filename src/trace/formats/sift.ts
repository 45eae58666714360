/**
 * Sniper's instruction traces, SIFT. Its records do not tell loads from stores, but for those of warming caches: all are taken as loads, and counted.
 */
import { KIND } from '../event.js';
import { RecordStream } from '../record-stream.js';
import { looksLikeSift, siftRecords } from '../sift-stream.js';
import { UserRows } from '../user-rows.js';
import { userTrace } from '../user-trace.js';
import type { ImportOptions, TraceFormat } from './format.js';

const MOST_PAYLOAD = 1 << 19;
const OTHER = { systemCall: 2, cacheOnly: 24, end: 0xff } as const;
/** Records that say nothing that a trace could hold: code, what the simulator answers, names. */
const SILENT = new Set([0, 1, 3, 5, 7, 9, 10, 11, 13, 16, 17, 18, 20, 22, 25]);
const DROPPED: Readonly<Record<number, string>> = {
  4: 'threads that begin, whose records are in files of their own',
  14: 'physical addresses',
  15: 'magic instructions',
  21: 'processes that begin, whose records are in files of their own',
  23: 'instructions of which only the number is told, in records',
};
const CACHE_ONLY = { bytes: 18, read: 2, write: 3, fetch: 4 } as const;
const UNTOLD = 'reads: the source does not tell loads from stores';

export const sift: TraceFormat = {
  description: 'Sniper SIFT; loads and stores are not told apart',
  suffix: '.sift',
  recognise: looksLikeSift,
  read(bytes, options) {
    const rows = new UserRows(options.notes);
    const reader = new Reader(bytes, rows, options);
    return userTrace(options, rows, () => reader.batches(), { remark: 'stores are among the reads' });
  },
};

class Reader {
  private readonly stream: RecordStream;
  /** Where the next instruction is, if it does not say so itself; null before the first. */
  private pageAndOffset: { page: number; offset: number } | null = null;
  private ended = false;

  constructor(
    bytes: AsyncIterable<Uint8Array>,
    private readonly rows: UserRows,
    { path, mostExpansion, notes }: ImportOptions,
  ) {
    this.stream = new RecordStream(siftRecords(bytes, path, mostExpansion), `${path}: records`);
    notes.place = () => this.stream.place;
  }

  async *batches() {
    yield* this.stream.batches(this.rows, () => this.consume());
    if (!this.ended) this.stream.fail('the end of the file', 'a record of its end');
  }

  private consume(): void {
    const { stream, rows } = this;
    while (stream.left > 0 && !rows.full) {
      if (this.ended) stream.fail('records behind the end', 'the end of the file');
      const first = stream.bytes[stream.at]!;
      const whole = first === 0 ? this.other() : (first & 15) !== 0 ? this.simple(first) : this.extended(first >> 4);
      if (!whole) return;
    }
  }

  private simple(first: number): boolean {
    const { stream } = this;
    const addresses = (first >> 4) & 3;
    if (stream.left < 1 + 8 * addresses) return false;
    if (this.pageAndOffset === null) stream.fail('an instruction behind none', 'one that says where it is');
    this.instruction(first & 15, stream.at + 1, addresses, true);
    return true;
  }

  private extended(size: number): boolean {
    const { stream } = this;
    if (stream.left < 10) return false;
    const flags = stream.bytes[stream.at + 1]!;
    const addresses = flags & 3;
    if (stream.left < 10 + 8 * addresses) return false;
    if (flags > 63) stream.fail(`an instruction with the flags ${flags}`, '0 to 63');
    const low = stream.view.getUint32(stream.at + 2, true);
    const page = stream.view.getUint32(stream.at + 6, true) * 0x10_0000 + (low >>> 12);
    this.pageAndOffset = { page, offset: low & 0xfff };
    const [predicated, executed] = [(flags & 16) !== 0, (flags & 32) !== 0];
    this.instruction(size, stream.at + 10, addresses, executed || !predicated);
    return true;
  }

  private instruction(size: number, at: number, addresses: number, executed: boolean): void {
    const { stream, rows } = this;
    const place = this.pageAndOffset!;
    rows.access(KIND.fetch, place.page, place.offset + size);
    const end = place.offset + size;
    place.page += end >>> 12;
    place.offset = end & 0xfff;
    if (executed) {
      for (let i = 0; i < addresses; i++) this.access(KIND.read, at + 8 * i);
      rows.notes.synthesise(UNTOLD, addresses);
    } else rows.notes.drop('references of instructions whose condition did not hold', addresses);
    stream.at = at + 8 * addresses;
  }

  private access(kind: number, at: number): void {
    const { view } = this.stream;
    this.rows.access(kind, view.getUint32(at + 4, true) * 0x10_0000 + (view.getUint32(at, true) >>> 12), 0);
  }

  private other(): boolean {
    const { stream, rows } = this;
    if (stream.left < 6) return false;
    const type = stream.bytes[stream.at + 1]!;
    const size = stream.view.getUint32(stream.at + 2, true);
    if (size > MOST_PAYLOAD) stream.fail(`a record of ${size} bytes`, `${MOST_PAYLOAD} at the most`);
    if (stream.left < 6 + size) return false;
    const dropped = DROPPED[type];
    if (type === OTHER.end) this.ended = true;
    else if (type === OTHER.systemCall) this.systemCall(size);
    else if (type === OTHER.cacheOnly) this.cacheOnly(size);
    else if (!SILENT.has(type)) rows.notes.drop(dropped ?? `records of type ${type}`);
    stream.at += 6 + size;
    return true;
  }

  private systemCall(size: number): void {
    const { stream } = this;
    if (size < 2) stream.fail(`a system call of ${size} bytes`, 'its number');
    this.rows.systemCall(stream.view.getUint16(stream.at + 6, true));
  }

  /** u8 instructions before it, u8 what it is, u64 where the instruction is, u64 address. */
  private cacheOnly(size: number): void {
    const { stream, rows } = this;
    if (size !== CACHE_ONLY.bytes) stream.fail(`a cache record of ${size} bytes`, `${CACHE_ONLY.bytes}`);
    const at = stream.at + 6;
    const type = stream.bytes[at + 1]!;
    if (type < CACHE_ONLY.read) return; // branches
    if (type > CACHE_ONLY.fetch) stream.fail(`a cache record of type ${type}`, `0 to ${CACHE_ONLY.fetch}`);
    if (type === CACHE_ONLY.fetch) return this.access(KIND.fetch, at + 10);
    rows.notes.drop('instructions of which only the number is told, in records', stream.bytes[at]! === 0 ? 0 : 1);
    this.access(type === CACHE_ONLY.read ? KIND.read : KIND.write, at + 10);
  }
}
