/** What a foreign trace format offers. */
import type { ImportNotes } from '../notes.js';
import type { TraceOrigin, TraceSource } from '../source.js';

export interface TraceFormat {
  /** One line for lists. */
  readonly description: string;
  /** How files of this format are named, before a compression suffix. */
  readonly suffix: string;
  /** It may hold recordings of full systems, and does not say through which filter: see ImportOptions.filterSets. */
  readonly filtered?: true;
  /** Whether the first bytes (up to 4096, decompressed) look like this format; cheap, and sure enough to choose among formats. */
  recognise(head: Uint8Array): boolean;
  read(bytes: AsyncIterable<Uint8Array>, options: ImportOptions): TraceSource;
  /** Several files that are one capture, where the format has such: the processes of a tree, the threads of a process. */
  readTogether?(files: readonly ForeignFile[], options: ImportOptions): TraceSource;
}

export interface ForeignFile {
  readonly path: string;
  /** Its first bytes, which come again in `bytes`. */
  readonly head: Uint8Array;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface ImportOptions {
  /** For messages. */
  readonly path: string;
  readonly name: string;
  readonly source: TraceOrigin;
  readonly notes: ImportNotes;
  /** Of a recording of a full system, sets of the page filter used at capture, where the format does not say: 0 if it has no references. */
  readonly filterSets?: number;
  /** Columns of a CSV file by what they hold, where its first line does not say. */
  readonly columns?: Readonly<Record<string, number>>;
  /** Bytes that may come of a compressed one, on average, where a format compresses what is in it. */
  readonly mostExpansion?: number;
}
