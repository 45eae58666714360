/** Programs that checks replay. */
import { generateEvents } from '../../trace/generate-events.js';
import type { ScriptedName } from '../../trace/generators/index.js';
import { recorded, type Recorded } from './replay.js';

export interface Program {
  readonly name: string;
  readonly generator: ScriptedName;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Random pages, popular ones, and a graph: what Bhargava et al. are checked with. */
export const REUSERS: readonly Program[] = [
  { name: 'GUPS', generator: 'gups', parameters: {} },
  { name: 'zipf key-value', generator: 'key-value', parameters: {} },
  { name: 'BFS', generator: 'bfs', parameters: {} },
];

/** @param refs about so many references */
export function record({ generator, parameters }: Program, refs: number, seed = 0): Recorded {
  return recorded(generateEvents(generator, { refs, seed, ...parameters }));
}
