/** What a recorder offers: it runs a program under a tool, and leaves files that an importer reads. */
import type { OpenOptions } from '../open.js';

export interface Recorder {
  /** One line for lists. */
  readonly description: string;
  /** Programs that it needs, and the Debian package of each. */
  readonly programs: Readonly<Record<string, string>>;
  /** Why the installed programs will not do, where they are there; null where they will. */
  lacks?(): Promise<string | null>;
  /** How the header says that it was captured. */
  readonly captured: string;
  /** A program of which the command has the arguments only. */
  readonly runs?: string;
  /** Pages of the filter that it records references through, where nobody asks for others; absent = it has no filter. */
  readonly filterPages?: number;
  /** @param folder empty, for what it makes; it is removed afterwards */
  record(
    command: readonly string[],
    folder: string,
    signal: AbortSignal,
    filterPages: number | undefined,
  ): Promise<Recorded>;
}

export interface Recorded {
  /** Files of one capture. */
  readonly files: readonly string[];
  readonly format: NonNullable<OpenOptions['format']>;
  /** What the program ended with: a status, or the name of a signal. */
  readonly ended: Ending;
}

export type Ending = number | NodeJS.Signals;
