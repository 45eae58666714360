/** Programs whose pages are far more than a second-level TLB holds. No parameter of the model was set by what comes out of them. */
import { generateEvents } from '../../trace/generate-events.js';
import { generateTrace } from '../../trace/generate.js';
import type { ScriptedName } from '../../trace/generators/index.js';
import { recorded, type Recorded } from '../checks/replay.js';

export interface Workload {
  readonly name: string;
  /** Whether the program changes its address space after it has begun. */
  readonly tables: 'rest' | 'change';
  /** In about twice as many references as it takes to touch all its pages. */
  readonly record: () => Recorded;
}

/** Leaf entries of so many pages are no power of two of lines, so that they do not just fill a share of a cache. */
const PAGES = 3 * 2 ** 13;

const program = (name: string, generator: ScriptedName, parameters: Readonly<Record<string, number>>): Workload => ({
  ...{ name, tables: 'rest' },
  record: () => recorded(generateEvents(generator, parameters)),
});

const micro = (name: string, generator: ScriptedName, operations: number): Workload => ({
  ...{ name, tables: 'change' },
  record: () => recorded(generateEvents(generator, { operations, pages: PAGES })),
});

export const WORKLOADS: readonly Workload[] = [
  program('GUPS', 'gups', { refs: 800_000, pages: PAGES }),
  {
    name: 'pointer chase',
    tables: 'rest',
    record: () => recorded(generateTrace('chase', { refs: 2 ** 18, pages: 2 ** 15 })),
  },
  program('b-tree', 'b-tree', { refs: 4_800_000, keys: 3 * 2 ** 20 }),
  program('gc-sweep', 'gc-sweep', { refs: 4_800_000, pages: PAGES }),
  micro('mmap, touch, munmap', 'mmap-touch-munmap', 4),
  micro('copy on write', 'cow-storm', 4),
  micro('mprotect', 'mprotect-flips', 4),
];
