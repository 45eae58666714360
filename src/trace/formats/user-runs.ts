/**
 * Page runs of a user program with its system calls, as scripts/capture/user-runs.c writes them: the mark `vmmu-runs`, then unsigned LEB128
 * numbers. A record begins with h. Even: a run; bits 1 and 2 its kind, `h >> 3` = zigzag(page - last page of its class); then count - 1.
 * Odd: an event of kind `h >> 1`. The last record is the end, with the sums of fetches, reads and writes, so that a stream checks itself.
 */
import { KIND, MARKER } from '../event.js';
import { CALLS, CLONE_THREAD, isError, systemCallRows } from '../linux-calls.js';
import { RecordStream } from '../record-stream.js';
import { PAGE_NUMBERS, UserRows } from '../user-rows.js';
import { userTrace } from '../user-trace.js';
import type { TraceFormat } from './format.js';

const MARK = 'vmmu-runs';
const EVENTS = { thread: 1, call: 2, marker: 3, end: 4 } as const;
/** Operands of each kind of event. */
const OPERANDS: readonly (number | undefined)[] = [undefined, 1, 8, 1, 3];
const KINDS = [KIND.fetch, KIND.read, KIND.write] as const;
const FORKS: readonly number[] = [CALLS.clone, CALLS.fork, CALLS.vfork, CALLS.clone3];

export const userRuns: TraceFormat = {
  description:
    'page runs of a user program with its system calls, by the plugin of vmmu trace capture --with qemu-user',
  suffix: '.runs',
  recognise: (head) => Buffer.from(head.subarray(0, MARK.length)).toString('latin1') === MARK,
  read(bytes, options) {
    const rows = new UserRows(options.notes, 0);
    const decoder = new Decoder(new RecordStream(bytes, options.path), rows);
    return userTrace(options, rows, () => decoder.batches());
  },
};

class Decoder {
  private readonly lastPage = [0, 0];
  private readonly sums = [0, 0, 0];
  private begun = false;
  private ended = false;
  /** The record that is being read goes on behind what is there. */
  private cut = false;

  constructor(
    private readonly stream: RecordStream,
    private readonly rows: UserRows,
  ) {
    rows.notes.place = () => stream.place;
    rows.run(0, 0);
  }

  async *batches() {
    yield* this.stream.batches(this.rows, () => {
      this.consume();
    });
    if (!this.ended) this.stream.fail('the end of the file', 'a record of the end, with the sums');
  }

  /** Decodes the records of which all is there. */
  private consume(): void {
    const { stream, rows } = this;
    if (!this.begun && stream.left < MARK.length) return;
    if (!this.begun) stream.at += MARK.length;
    this.begun = true;
    while (stream.left > 0 && !rows.full) {
      const start = stream.at;
      this.cut = false;
      if (this.record()) continue;
      stream.at = start;
      return;
    }
  }

  /** @returns whether all of it was there; if not, nothing has changed */
  private record(): boolean {
    const { stream } = this;
    const h = this.number();
    if (this.ended) stream.fail('bytes after the end', 'none');
    if (h % 2 === 1) return this.event((h - 1) / 2);
    const more = this.number();
    if (this.cut) return false;
    const kind = KINDS[(h >>> 1) & 3];
    if (kind === undefined) return stream.fail('a run of kind 3', '0, 1 or 2: fetch, read or write');
    const data = kind === KIND.fetch ? 0 : 1;
    const zigzag = Math.floor(h / 8);
    const page = this.lastPage[data]! + (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2);
    if (page < 0 || page >= PAGE_NUMBERS) stream.fail(`page ${page}`, 'a page below 2^52');
    if (more >= 0xffff_ffff) stream.fail(`a run of ${more + 1} references`, 'fewer than 2^32');
    this.lastPage[data] = page;
    this.sums[kind]! += more + 1;
    this.rows.references(kind, page, more + 1);
    return true;
  }

  private event(kind: number): boolean {
    const { rows } = this;
    const operands = OPERANDS[kind];
    if (operands === undefined) return this.stream.fail(`an event of kind ${kind}`, '1 to 4');
    const values = Array.from({ length: operands }, () => this.number());
    if (this.cut) return false;
    if (kind === EVENTS.thread) rows.run(0, values[0]);
    else if (kind === EVENTS.call) this.call(values);
    else if (kind === EVENTS.marker) this.marker(values[0]!);
    else this.end(values);
    return true;
  }

  private marker(name: number): void {
    if (name > MARKER.end) this.stream.fail(`marker ${name}`, `${MARKER.begin} or ${MARKER.end}: begin or end`);
    this.rows.marker(name);
  }

  private call([number = 0, ...rest]: readonly number[]): void {
    const { rows } = this;
    const args = rest.slice(0, 6);
    const result = rest[6]!;
    if (number >= 2 ** 31) return rows.notes.drop('system calls of no number');
    if (isError(result)) rows.systemCall(number);
    else systemCallRows(rows, number, args, result);
    const thread = number === CALLS.clone && (args[0]! & CLONE_THREAD) !== 0;
    if (FORKS.includes(number) && !thread) rows.notes.drop('forks: what the child does is not captured');
  }

  private end(sums: readonly number[]): void {
    const counted = this.sums.join(', ');
    // A write run may hold reads, so reads and writes are checked together.
    const agrees = sums[0] === this.sums[0] && sums[1]! + sums[2]! === this.sums[1]! + this.sums[2]!;
    if (!agrees) this.stream.fail(`${counted} fetches, reads and writes`, `${sums.join(', ')}, as the end says`);
    this.ended = true;
  }

  /** Exact below 2^53; addresses are, and of results beyond only that they are errors is asked. */
  private number(): number {
    const { stream } = this;
    let value = 0;
    let scale = 1;
    for (let digits = 1; ; digits++) {
      this.cut ||= stream.at >= stream.bytes.length;
      if (this.cut) return 0;
      const byte = stream.bytes[stream.at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      if (digits === 10) stream.fail('a number of more than 10 bytes', 'a number below 2^64');
      scale *= 128;
    }
  }
}
