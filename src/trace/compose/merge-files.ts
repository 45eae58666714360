/** Captures of their own as one trace: each file is a process or a thread, and has turns. */
import { ImportNotes } from '../notes.js';
import { openAnyTrace, type OpenOptions } from '../open.js';
import type { TraceSource } from '../source.js';
import { compose } from './compose.js';
import type { NamedTrace } from './part.js';

/** @param quantum references of a turn */
export async function mergeFiles(
  paths: readonly string[],
  options: OpenOptions,
  threads: boolean,
  quantum: number,
): Promise<TraceSource> {
  const traces: NamedTrace[] = [];
  try {
    for (const path of paths) traces.push({ label: path, source: await openAnyTrace(path, options) });
    const { name } = traces[0]!.source.header;
    const whole = compose(traces, { quantum, threads, name });
    return {
      ...whole,
      notes: {
        get record() {
          return ImportNotes.sum(traces.map(({ source }) => source.notes?.record));
        },
      },
    };
  } catch (error) {
    for (const { source } of traces) await source.close?.();
    throw error;
  }
}
