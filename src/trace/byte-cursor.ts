export interface Rest extends AsyncIterableIterator<Uint8Array> {
  return(): Promise<IteratorResult<Uint8Array>>;
}

/** Takes exact stretches out of a stream of chunks, and knows where it is. */
export class ByteCursor {
  /** Bytes taken so far. */
  offset = 0;
  private chunk: Uint8Array = new Uint8Array(0);
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.chunks = bytes[Symbol.asyncIterator]();
  }

  /** The next `length` bytes in memory of their own, fewer only at the end of the stream. */
  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let filled = 0;
    while (filled < length) {
      if (this.chunk.length === 0) {
        const next = await this.chunks.next();
        if (next.done === true) break;
        this.chunk = next.value;
      }
      const part = this.chunk.subarray(0, length - filled);
      parts.push(part);
      filled += part.length;
      this.chunk = this.chunk.subarray(part.length);
    }
    this.offset += filled;
    // Memory is asked for only now: a damaged length may be far too large.
    const taken = new Uint8Array(Buffer.allocUnsafeSlow(filled).buffer);
    let at = 0;
    for (const part of parts) {
      taken.set(part, at);
      at += part.length;
    }
    return taken;
  }

  /** What has not been taken, from `head` on. Its `return` gives the file back, begun or not. @param head bytes that were taken to look at them */
  rest(head: Uint8Array): Rest {
    const ready = [head, this.chunk].filter((bytes) => bytes.length > 0);
    const rest: Rest = {
      next: async () => {
        const chunk = ready.shift();
        return chunk === undefined ? this.chunks.next() : { done: false, value: chunk };
      },
      return: async () => {
        await this.close();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => rest,
    };
    return rest;
  }

  /** Gives the file back before its end. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}
