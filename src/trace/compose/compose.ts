/**
 * Several user traces as one: one after the other in one process, or by turns as processes of their own. Runs are never divided: a turn
 * ends with the run that uses it up.
 */
import { UsageError } from '../../errors.js';
import { KIND, type EventBatch } from '../event.js';
import type { TraceSource } from '../source.js';
import { combined } from './characteristics.js';
import { Composite } from './composite.js';
import { MappedAlready } from './mapped-already.js';
import { Part, type NamedTrace } from './part.js';

export interface ComposeOptions {
  /** References of a turn; without it each trace is gone through to its end before the next one begins. */
  readonly quantum?: number;
  /** By turns they are threads of one process, not processes; what they have mapped alike is left as it is. */
  readonly threads?: boolean;
  /** One after the other without `exec` in between: what a trace has mapped stays, and what the next maps alike is left as it is. */
  readonly oneSpace?: boolean;
  /** The traces are some traces so many times, one set behind the other; only the header asks. */
  readonly copies?: number;
  /** Name of the whole; by default those of the traces. */
  readonly name?: string;
}

/** A trace that can be gone through once, as its parts can. */
export function compose(traces: readonly NamedTrace[], options: ComposeOptions = {}): TraceSource {
  const { quantum, threads = false, oneSpace = false, copies = 1 } = options;
  if (threads && quantum === undefined) throw new UsageError('found threads one after the other; expected turns');
  if (oneSpace && quantum !== undefined)
    throw new UsageError(`found one space for traces by turns of ${quantum} references; expected one or the other`);
  const headers = traces.map(({ source }) => source.header);
  const names = headers.slice(0, headers.length / copies).map(({ name }) => name);
  const times = copies === 1 ? '' : `*${copies}`;
  const ran = [...new Set(headers.map(({ source }) => source.ran))].join('; ');
  const composite = new Composite();
  return {
    header: {
      name: options.name ?? names.join('+') + times,
      characteristics: combined(traces, quantum !== undefined),
      source: {
        ran: `${quantum === undefined ? 'one after the other' : 'by turns'}: ${ran}`,
        captured: JSON.stringify({ traces: names, copies, quantum, ...(threads ? { threads } : {}), oneSpace }),
      },
    },
    pages: composite.pages,
    batches: () => batches(composite, traces, options),
    close: () => closeAll(traces),
  };
}

async function* batches(
  composite: Composite,
  traces: readonly NamedTrace[],
  { quantum, threads = false, oneSpace = false }: ComposeOptions,
): AsyncGenerator<EventBatch, void, undefined> {
  const { rows } = composite;
  const mapped = oneSpace || threads ? new MappedAlready() : null;
  const apart = quantum !== undefined && !threads;
  const waiting = traces.map((trace) => new Part(composite, trace, apart, threads, mapped));
  let begun = false;
  try {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      if (!(await part.ready())) continue;
      if (threads && !part.begun && part.thread > 0) composite.event(KIND.threadStart, part.thread);
      part.begun = true;
      composite.resume(part);
      if (begun && !apart && !oneSpace && !threads) composite.event(KIND.exec);
      begun = true;
      let left = quantum ?? Infinity;
      while (left > 0 && (await part.ready())) {
        left -= part.copy(left);
        if (rows.full) yield rows.take();
      }
      if (left <= 0) waiting.push(part);
    }
    yield rows.take();
  } finally {
    await closeAll(traces);
  }
}

async function closeAll(traces: readonly NamedTrace[]): Promise<void> {
  for (const { source } of traces) await source.close?.();
}
