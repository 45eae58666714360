/** Traces of micro-workloads and programs: what stands before the loop, then one operation after the other. */
import type { TraceCharacteristics } from './event.js';
import type { GeneratedTrace } from './generate.js';
import type { EventGenerator } from './generators/event-generator.js';
import { SCRIPTED, type ScriptedName } from './generators/index.js';
import { valuesOf } from './generators/parameters.js';
import { Script } from './generators/script.js';

/**
 * A trace that is made while it is read; its batches can be asked for once.
 * @param given parameters that differ from their defaults
 * @param name of the trace; by default the generator's
 */
export function generateEvents(
  generator: ScriptedName,
  given: Readonly<Record<string, number | undefined>> = {},
  name: string = generator,
): GeneratedTrace {
  return eventTrace(SCRIPTED[generator], given, name, `generator ${generator}`);
}

/** As generateEvents, of any program. @param ran what it is, for the header */
export function eventTrace(
  definition: EventGenerator,
  given: Readonly<Record<string, number | undefined>>,
  name: string,
  ran: string,
): GeneratedTrace {
  const { description, source, parameters } = definition;
  const values = valuesOf(parameters, given);
  const script = new Script();
  return {
    header: {
      name,
      characteristics: scriptCharacteristics(source),
      source: { ran: `${ran}: ${description}`, captured: JSON.stringify(values) },
    },
    pages: script.pages,
    *batches() {
      const operate = definition.begin(script, values);
      const { operations, refs = Infinity } = values as { readonly operations: number; readonly refs?: number };
      for (let operation = 0; operation < operations && script.references < refs; operation++) {
        operate(operation);
        yield* script.take();
      }
      yield* script.take(true);
    },
  };
}

/** What a trace that a script writes down tells of its guest. */
export function scriptCharacteristics(source: TraceCharacteristics['source']): TraceCharacteristics {
  return {
    source,
    fetches: true,
    data: true,
    kernelReferences: false,
    tableWrites: source === 'full-system',
    physicalAddresses: false,
    counts: 'exact',
    filterSets: null,
  };
}
