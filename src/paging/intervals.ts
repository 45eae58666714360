/** Intervals after which a VMM looks again at what suits the guest. Its clock is the references of the trace. */
import type { Counters } from '../counters/counters.js';

export class Intervals {
  /** The interval that runs, from 0. */
  now = 0;

  constructor(
    private readonly counters: Counters,
    private readonly refs: number,
  ) {}

  /** The interval that runs is over: the next one begins. */
  get isOver(): boolean {
    return this.counters.refs >= (this.now + 1) * this.refs;
  }

  /** Nobody looked at the intervals that are over. */
  catchUp(): void {
    this.now = Math.floor(this.counters.refs / this.refs);
  }
}
