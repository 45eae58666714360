/** The least time of many chunks. What disturbs a chunk only makes it longer, so the least is nearest to the truth; the third least says how near. */
import type { Time } from './curve.js';

/** Clocks drift and lines lie elsewhere in the next run: no time is surer than this part of it. */
const SUREST = 0.004;
/** An improvement that is none. */
const SAME = 0.003;
const KEPT = 3;

export class Least {
  private least: number[] = [];
  /** Chunks since it became clearly less. */
  unchanged = 0;

  add(ns: number): void {
    if (ns < this.ns * (1 - SAME)) this.unchanged = 0;
    else this.unchanged++;
    this.least = [...this.least, ns].sort((a, b) => a - b).slice(0, KEPT);
  }

  get ns(): number {
    return this.least[0] ?? Infinity;
  }

  /** Whether there were chunks enough to say how sure it is. */
  get known(): boolean {
    return this.least.length === KEPT;
  }

  get time(): Time {
    return { ns: this.ns, noise: Math.max(this.least.at(-1)! - this.ns, SUREST * this.ns) };
  }
}
