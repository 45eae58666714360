/** A way to run the shards of a sweep on other machines: scripts and, where there is a queue, what submits them. */

export interface Job {
  /** Begins each command line: node and the program as they run now, by absolute paths. */
  readonly program: readonly string[];
  /** Where the command was given: names in the sweep file may be relative to it. */
  readonly folder: string;
  readonly sweep: string;
  /** Cells and results; the scripts stand in `submit` below it. */
  readonly out: string;
  readonly shards: number;
  /** Of each shard, as all that follows. */
  readonly cpus: number;
  readonly memoryMiB?: number | undefined;
  readonly minutes?: number | undefined;
  readonly partition?: string | undefined;
}

export interface Engine {
  readonly description: string;
  /** Throws a UsageError when the scripts could not hold what the job names. */
  readonly check: (job: Job) => void;
  /** Texts by name. */
  readonly scripts: (job: Job) => Readonly<Record<string, string>>;
  /** How to go on by hand. */
  readonly byHand: (job: Job) => string;
  readonly queue?: Queue;
}

export interface Queue {
  /** Throws a UsageError when it is not there. */
  readonly find: () => Promise<void>;
  /** Submits the scripts, which have been written; says what was submitted, and how to watch and resume it. */
  readonly submit: (job: Job) => Promise<string>;
}
