/** One file of drmemtrace as rows: one thread, or several by turns. */
import { DataReferences } from '../data-references.js';
import { KIND, type EventBatch } from '../event.js';
import { RecordStream } from '../record-stream.js';
import type { UserRows } from '../user-rows.js';
import { RecordedCalls } from './recorded-calls.js';
import { FILTERED, isFetched, isPrefetch, MARKER, RECORD, TYPE } from './records.js';

const OLDEST = 4;
const NEWEST = 6;
const PAGE = 4096;
const LONGEST_INSTRUCTION = 17;

const DROPPED_MARKERS: Readonly<Record<number, string>> = {
  [MARKER.kernelEvent]: 'signals and other events of the kernel',
  [MARKER.kernelTransfer]: 'returns from signals',
  [MARKER.physicalAddress]: 'physical addresses of pages',
  [MARKER.physicalAddressUnknown]: 'pages whose physical address the recorder could not get',
  [MARKER.contextSwitchStart]: 'context switches by the kernel',
  [MARKER.hardwareEvent]: 'interrupts and exceptions',
};

/** Whether the file begins with a header of a 64-bit trace, or what could be one of another version. */
export function looksLikeDrmemtrace(head: Uint8Array): boolean {
  return head[0] === TYPE.header && head.subarray(1, 12).every((byte, at) => at === 3 || byte === 0);
}

export class ThreadFile {
  /** The last timestamp. */
  time = 0;
  private readonly stream: RecordStream;
  private readonly data: DataReferences;
  private readonly calls: RecordedCalls;
  private process = 0;
  private thread = 0;
  /** By thread. */
  private readonly processes = new Map<number, number>();
  private paused = false;
  /** Others may have run since. */
  private switched = true;
  private begun = false;
  private ended = false;
  /** In what the kernel does. */
  private inKernel = false;
  private page = 0;
  private offset = 0;
  private length = 0;
  /** The upper half of the next marker's value. */
  private upper = 0;

  constructor(
    bytes: AsyncIterable<Uint8Array>,
    path: string,
    private readonly rows: UserRows,
  ) {
    this.stream = new RecordStream(bytes, path);
    this.data = new DataReferences(rows);
    this.calls = new RecordedCalls(rows);
  }

  /** null: the thread has come to a timestamp, and others may be behind it. */
  async *batches(): AsyncGenerator<EventBatch | null, void, undefined> {
    const { stream, rows } = this;
    try {
      while (await stream.grow()) {
        this.consume();
        while (rows.full || this.paused) {
          yield rows.full ? rows.take() : null;
          this.consume();
        }
      }
    } finally {
      await stream.close();
    }
    if (!this.begun) stream.fail('the end of the file', 'a header');
    if (!this.ended) stream.fail('the end of the file', 'a footer');
  }

  /** Before it goes on, after others. */
  resume(): void {
    this.paused = false;
    this.switched = true;
    this.rows.notes.place = () => this.stream.place;
  }

  private consume(): void {
    const { stream } = this;
    const { view } = stream;
    for (; stream.left >= RECORD && !this.rows.full && !this.paused; stream.at += RECORD) {
      const { at } = stream;
      if (this.ended) stream.fail(`records behind the footer`, 'the end of the file');
      const type = view.getUint16(at, true);
      const size = view.getUint16(at + 2, true);
      const low = view.getUint32(at + 4, true);
      const high = view.getUint32(at + 8, true);
      if (!this.begun) this.header(type, low, high);
      else if (type === TYPE.read || type === TYPE.write) this.reference(type, size, low, high);
      else if (isFetched(type)) this.instruction(true, size, low, high);
      else if (type !== TYPE.encoding) this.rare(type, size, low, high);
    }
  }

  private reference(type: number, size: number, low: number, high: number): void {
    if (this.inKernel) return this.rows.notes.drop('references of the kernel');
    this.enter();
    const page = high * 0x10_0000 + (low >>> 12);
    if (type === TYPE.read) this.data.read(page, low & 0xfff, size);
    else this.data.write(page, low & 0xfff, size);
  }

  private instruction(fetched: boolean, size: number, low: number, high: number): void {
    if (size > LONGEST_INSTRUCTION)
      this.stream.fail(`an instruction of ${size} bytes`, `${LONGEST_INSTRUCTION} at the most`);
    this.data.flush();
    this.page = high * 0x10_0000 + (low >>> 12);
    this.offset = low & 0xfff;
    this.length = size;
    if (fetched) this.fetch();
  }

  private fetch(): void {
    if (this.inKernel) return this.rows.notes.drop('references of the kernel');
    this.enter();
    this.rows.access(KIND.fetch, this.page, this.offset + this.length);
  }

  private rare(type: number, size: number, low: number, high: number): void {
    const { rows, stream } = this;
    this.data.flush();
    if (isPrefetch(type) || type === TYPE.hardwarePrefetch) return rows.notes.drop('prefetches');
    const value = high * 0x1_0000_0000 + low;
    switch (type) {
      case TYPE.bundle:
        return this.bundle(size);
      case TYPE.instructionFlush:
      case TYPE.dataFlush:
        return rows.notes.drop('cache flushes');
      case TYPE.instructionFlushEnd:
      case TYPE.dataFlushEnd:
        return;
      case TYPE.thread:
        this.thread = value;
        this.process = this.processes.get(value) ?? this.process;
        this.switched = true;
        return;
      case TYPE.process:
        this.processes.set(this.thread, value);
        this.process = value;
        this.switched = true;
        return;
      case TYPE.threadExit:
        this.enter();
        return rows.exit(false);
      case TYPE.header:
        return this.header(type, low, high);
      case TYPE.footer:
        this.ended = true;
        this.calls.end();
        return;
      case TYPE.marker:
        return this.marker(size, value);
      case TYPE.notFetched:
        return this.instruction(false, size, low, high);
      case TYPE.perhapsFetched: {
        const again = this.offset === (low & 0xfff) && this.page === high * 0x10_0000 + (low >>> 12);
        return this.instruction(!again, size, low, high);
      }
    }
    stream.fail(`a record of type ${type}`, `types 0 to ${TYPE.untakenJump}`);
  }

  private header(type: number, version: number, high: number): void {
    const { stream } = this;
    if (type !== TYPE.header) stream.fail(`the bytes ${stream.hex(RECORD)}`, 'a header: 19000000 and the version');
    if (high !== 0 || version < OLDEST || version > NEWEST)
      stream.fail(
        `the version ${high === 0 ? version : stream.hex(RECORD).slice(8)}`,
        `${OLDEST} to ${NEWEST}, 64-bit`,
      );
    this.begun = true;
  }

  /** The next instructions, by their lengths. */
  private bundle(count: number): void {
    const { stream } = this;
    if (count > 8) stream.fail(`a bundle of ${count} instructions`, '8 at the most');
    for (let i = 0; i < count; i++) {
      const next = this.offset + this.length;
      this.page += next >>> 12;
      this.offset = next & 0xfff;
      this.length = stream.bytes[stream.at + 4 + i]!;
      this.fetch();
    }
  }

  /** Before rows: a process is told of behind its thread, so that neither is one. */
  private enter(): void {
    if (!this.switched) return;
    this.switched = false;
    this.rows.run(this.process, this.thread);
  }

  private marker(kind: number, lower: number): void {
    const { rows } = this;
    const value = this.upper * 0x1_0000_0000 + lower;
    this.upper = 0;
    const dropped = DROPPED_MARKERS[kind];
    if (dropped !== undefined) rows.notes.drop(dropped);
    switch (kind) {
      case MARKER.splitValue:
        this.upper = lower;
        return;
      case MARKER.timestamp:
        this.time = value;
        this.paused = true;
        return;
      case MARKER.systemCall:
        this.enter();
        return rows.systemCall(value);
      case MARKER.functionId:
        return this.calls.identifier(this.thread, value);
      case MARKER.functionArgument:
        return this.calls.argument(this.thread, value);
      case MARKER.functionResult:
        this.enter();
        return this.calls.result(this.thread, value);
      case MARKER.pageSize:
        if (value !== PAGE) rows.notes.drop('page sizes other than 4,096 bytes');
        return;
      case MARKER.fileType:
        if ((value & FILTERED) !== 0) rows.notes.drop('references that the recorder has filtered out, in threads');
        return;
      case MARKER.systemCallTraceStart:
      case MARKER.contextSwitchStart:
        this.inKernel = true;
        return;
      case MARKER.systemCallTraceEnd:
      case MARKER.contextSwitchEnd:
        this.inKernel = false;
        return;
    }
    if (dropped === undefined && kind > MARKER.systemCallFailed && kind !== MARKER.hardwareReturn)
      rows.notes.drop('markers of other kinds');
  }
}
