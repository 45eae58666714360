/**
 * A whole trace decoded once into shared memory, for many replays in many threads.
 * A SharedTrace is plain data over SharedArrayBuffers: posted to a worker thread, it arrives as views of the same memory.
 */
import type { EventBatch, PageDictionary } from './event.js';
import type { TraceHeader, TraceSource } from './source.js';

export interface SharedTrace {
  readonly header: TraceHeader;
  readonly pages: PageDictionary;
  readonly batches: readonly EventBatch[];
  /** Memory that it takes. */
  readonly bytes: number;
}

/** Decodes `source`; null as soon as that would take more than `budgetBytes`. A row takes 9 bytes, 13 in a batch with operands. */
export async function loadShared(source: TraceSource, budgetBytes: number): Promise<SharedTrace | null> {
  const memory = new SharedMemory();
  const batches: EventBatch[] = [];
  for await (const batch of source.batches()) {
    batches.push(memory.copyBatch(batch));
    if (memory.bytes + 8 * source.pages.size > budgetBytes) return null;
  }
  const vpn = memory.copy(source.pages.vpn.subarray(0, source.pages.size), Float64Array);
  return { header: source.header, pages: { size: vpn.length, vpn }, batches, bytes: memory.bytes };
}

/** The trace once more from its beginning. */
export function replayShared({ header, pages, batches }: SharedTrace): TraceSource {
  return { header, pages, batches: () => batches };
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

class SharedMemory {
  bytes = 0;
  /** One array serves every batch whose spaces are all 0, another every batch without operands. */
  private zeroSpace = new Uint16Array(0);
  private zeroStart = new Uint32Array(0);

  copyBatch({ length, kind, space, page, count, operandStart, operands }: EventBatch): EventBatch {
    const operandCount = operandStart[length]!;
    return {
      length,
      kind: this.copy(kind.subarray(0, length), Uint8Array),
      space: space.subarray(0, length).some((id) => id !== 0)
        ? this.copy(space.subarray(0, length), Uint16Array)
        : (this.zeroSpace = this.zeros(this.zeroSpace, length, Uint16Array)),
      page: this.copy(page.subarray(0, length), Uint32Array),
      count: this.copy(count.subarray(0, length), Uint32Array),
      operandStart:
        operandCount > 0
          ? this.copy(operandStart.subarray(0, length + 1), Uint32Array)
          : (this.zeroStart = this.zeros(this.zeroStart, length + 1, Uint32Array)),
      operands: this.copy(operands.subarray(0, 2 * operandCount), Uint32Array),
    };
  }

  copy<T extends Column>(values: T, type: new (buffer: SharedArrayBuffer) => T): T {
    const copy = this.allocate(values.length, values.BYTES_PER_ELEMENT, type);
    copy.set(values);
    return copy;
  }

  private zeros<T extends Column>(zeros: T, length: number, type: new (buffer: SharedArrayBuffer) => T): T {
    return zeros.length >= length ? zeros : this.allocate(length, zeros.BYTES_PER_ELEMENT, type);
  }

  private allocate<T extends Column>(length: number, width: number, type: new (buffer: SharedArrayBuffer) => T): T {
    this.bytes += length * width;
    return new type(new SharedArrayBuffer(length * width));
  }
}
