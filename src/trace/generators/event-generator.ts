/** What a generator of event micro-workloads offers: a program that does one thing again and again. */
import type { TraceCharacteristics } from '../event.js';
import type { Parameters, Values } from './parameters.js';
import type { Script } from './script.js';

export interface EventGenerator {
  /** One line for lists. */
  readonly description: string;
  /** Whether the guest OS model makes the tables of the trace, or the trace brings its own. */
  readonly source: TraceCharacteristics['source'];
  readonly parameters: Parameters & { readonly operations: Parameters[string] };
  /** Writes what stands before the first operation; returns what writes an operation, counted from 0. */
  begin(script: Script, values: Readonly<Record<string, number>>): (operation: number) => void;
}

const OPERATIONS = { meaning: 'times that it is done', default: 10_000, least: 1, most: 1e9 } as const;

interface Definition<P extends Parameters> extends Pick<EventGenerator, 'description' | 'source'> {
  /** Beside `operations`, which all have. */
  readonly parameters?: P;
  begin(script: Script, values: Values<P>): (operation: number) => void;
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- no parameters of its own
export function eventGenerator<P extends Parameters = {}>(definition: Definition<P>): EventGenerator {
  return { ...definition, parameters: { operations: OPERATIONS, ...definition.parameters } };
}
