/** What a foreign format that can be written offers. */
import type { TraceSource } from '../source.js';
import type { Drops } from './drops.js';

export interface ExportFormat {
  /** One line for lists. */
  readonly description: string;
  /** How files of this format are named, before a compression suffix. */
  readonly suffix: string;
  /** Whether it is text, which may go to a terminal. */
  readonly text: boolean;
  /** The bytes of the file, in chunks; what it has no place for is given to `drops`. */
  encode(source: TraceSource, drops: Drops): AsyncIterable<Uint8Array>;
}
