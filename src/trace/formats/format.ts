/** What a foreign trace format offers. */
import type { TraceOrigin, TraceSource } from '../source.js';

export interface TraceFormat {
  /** One line for lists. */
  readonly description: string;
  /** How files of this format are named, before a compression suffix. */
  readonly suffix: string;
  /** Whether the first bytes (up to 4096) look like this format; cheap, and sure enough to choose among formats. */
  recognise(head: Uint8Array): boolean;
  read(bytes: AsyncIterable<Uint8Array>, options: ImportOptions): TraceSource;
}

export interface ImportOptions {
  /** For messages. */
  readonly path: string;
  readonly name: string;
  readonly source: TraceOrigin;
  /** Sets of the page filter used at capture, where the format does not say: null for none. */
  readonly filterSets?: number | null;
}
