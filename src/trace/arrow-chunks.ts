/** What a writer of the Arrow library writes, until it is asked for; the library's own queue would grow without bound. */
import type { AsyncByteQueue } from 'apache-arrow';

export type ChunkQueue = AsyncByteQueue & { take(): Uint8Array[] };

/** The library is handed in because it is loaded only when something is written. */
export function chunkQueue({ AsyncByteQueue }: typeof import('apache-arrow')): ChunkQueue {
  return new (class extends AsyncByteQueue {
    private chunks: Uint8Array[] = [];

    override write(chunk: Uint8Array): void {
      this.chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }

    take(): Uint8Array[] {
      const taken = this.chunks;
      this.chunks = [];
      return taken;
    }
  })();
}
