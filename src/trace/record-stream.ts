/** Binary records in a stream of chunks: what has come of it in one piece, and where in the stream that is. */
import { TraceError } from '../errors.js';
import type { EventBatch } from './event.js';
import type { UserRows } from './user-rows.js';

/** A record that does not end within this is no record. */
const LONGEST_RECORD = 1 << 20;

export class RecordStream {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where in `bytes` the next record begins. */
  at = 0;
  /** Offset of `bytes` in the stream. */
  private base = 0;

  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(
    chunks: AsyncIterable<Uint8Array>,
    private readonly path: string,
  ) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** Bytes that are there. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  get place(): string {
    return `${this.path}: byte ${this.base + this.at}`;
  }

  /** @param consume goes on through whole records to the last that is there, or until the rows are full */
  async *batches(rows: UserRows, consume: () => void): AsyncGenerator<EventBatch, void, undefined> {
    try {
      while (await this.grow()) {
        consume();
        while (rows.full) {
          yield rows.take();
          consume();
        }
      }
    } finally {
      await this.close();
    }
  }

  /** More bytes. @returns false at the end, which must not be within a record */
  async grow(): Promise<boolean> {
    if (this.left > LONGEST_RECORD) this.fail(`a record of more than ${LONGEST_RECORD} bytes`, 'shorter records');
    const next = await this.chunks.next();
    if (next.done !== true) this.append(next.value);
    else if (this.left > 0) this.fail('the end of the file', 'the rest of a record');
    return next.done !== true;
  }

  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  /** What is there, as whole words of 32 bits. */
  words(): Uint32Array {
    const rest = this.bytes.subarray(this.at);
    const aligned = rest.byteOffset % 4 === 0 ? rest : rest.slice();
    return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >>> 2);
  }

  fail(found: string, expected: string): never {
    throw new TraceError(`${this.place}: found ${found}; expected ${expected}`);
  }

  /** The first bytes of the record. */
  hex(length: number): string {
    return Buffer.from(this.bytes.subarray(this.at, this.at + length)).toString('hex');
  }

  private append(chunk: Uint8Array): void {
    const rest = this.bytes.subarray(this.at);
    this.base += this.at;
    this.at = 0;
    this.bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }
}
