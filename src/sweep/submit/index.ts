/** Ways to run a sweep on many machines. A new one is a file here and a line below. */
import type { Engine } from './engine.js';
import { script } from './script.js';
import { slurm } from './slurm.js';

export const ENGINES = { slurm, script } as const satisfies Record<string, Engine>;

export type EngineName = keyof typeof ENGINES;
