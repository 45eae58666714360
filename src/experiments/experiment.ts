/** What an experiment is: an argument that somebody made, run again from its cells, with the answer first. */
import type { Figure } from '../figures/figure.js';
import type { Records } from '../report/records.js';
import type { Section } from '../report/sheet.js';

export interface Outcome {
  /** Sentences, every number in them computed. */
  readonly answer: readonly string[];
  /** What is asked and how it is counted, in prose without results. */
  readonly introduction: readonly string[];
  readonly sections: readonly Section[];
  readonly notes: readonly string[];
  /** By file name without its suffix. */
  readonly records: Readonly<Record<string, Records>>;
  readonly figures: readonly Figure[];
}

/** Told when one of so many parts is done. */
export type Progress = (of: number) => void;

export interface ExperimentOptions {
  /** A smaller form with the same columns. */
  readonly quick: boolean;
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Experiment {
  readonly title: string;
  readonly source: string;
  /** Its quick form is not short: `--quick` leaves it out unless it is named. */
  readonly long?: true;
  readonly run: (options: ExperimentOptions, progress: Progress) => Promise<Outcome>;
}
