/** The processors that a guest's kernel runs on, as far as it has to do with them itself. */
export interface Processors {
  readonly count: number;
  /** The one that runs what comes next, from 0. */
  readonly current: number;
  use(processor: number): void;
  /** Has `work` done on others, by an interrupt that waits for them all or by whatever the VMM offers instead. */
  interrupt(targets: readonly number[], work: () => void): void;
}

/** A kernel that has one processor to itself. */
export const ONE_PROCESSOR: Processors = {
  count: 1,
  current: 0,
  use: () => undefined,
  interrupt: (_targets, work) => {
    work();
  },
};
