/** The experiments, by the name that `vmmu reproduce` takes. */
import type { Experiment } from './experiment.js';
import { hundredTimes } from './hundred-times/index.js';

export const EXPERIMENTS = { 'hundred-times': hundredTimes } as const satisfies Record<string, Experiment>;

export type ExperimentName = keyof typeof EXPERIMENTS;
