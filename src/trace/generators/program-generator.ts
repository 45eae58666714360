/** What a generator of programs offers: operations on data structures, or of several processes, drawn by a seed. */
import type { EventGenerator } from './event-generator.js';
import type { Parameter, Parameters, Values } from './parameters.js';
import { Xorshift128 } from './random.js';
import type { Script } from './script.js';

const AMOUNT = {
  refs: { meaning: 'references after which no operation begins', default: 1e6, least: 1, most: 1e12 },
  operations: { meaning: 'operations at most', default: 1e12, least: 1, most: 1e12 },
  seed: { meaning: 'another run of the same kind', default: 0, least: 0, most: 2 ** 32 - 1 },
} as const;

interface Definition<P extends Parameters> extends Pick<EventGenerator, 'description'> {
  /** Beside the amount and the seed, which all have. */
  readonly parameters: P;
  /** As EventGenerator's. */
  begin(script: Script, values: Values<P>, random: Xorshift128): (operation: number) => void;
}

export function programGenerator<P extends Parameters>(definition: Definition<P>): EventGenerator {
  return {
    description: definition.description,
    source: 'user',
    parameters: { ...AMOUNT, ...definition.parameters },
    begin: (script, values) => definition.begin(script, values as Values<P>, new Xorshift128(values.seed)),
  };
}

/** Pages of 4 KiB of a data structure: from 4 KiB to 64 TiB of address space. */
export function footprint(meaning: string, usual: number): Parameter {
  return { meaning, default: usual, least: 1, most: 2 ** 34 };
}

export function percent(meaning: string, usual: number): Parameter {
  return { meaning: `${meaning}, in per cent`, default: usual, least: 0, most: 100, fractional: true };
}
