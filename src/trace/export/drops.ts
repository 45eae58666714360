/** What a format cannot hold, by class: counted, or refused at once. */
import { UsageError } from '../../errors.js';

export class Drops {
  private readonly counts = new Map<string, number>();

  /** @param strict refuses the first drop, and names the format in its message */
  constructor(private readonly strict: string | null = null) {}

  /** @param what the class, in the plural */
  add(what: string, count = 1): void {
    if (count === 0) return;
    if (this.strict !== null) throw new UsageError(`--strict: found ${what}; ${this.strict} has no place for them`);
    this.counts.set(what, (this.counts.get(what) ?? 0) + count);
  }

  get byClass(): ReadonlyMap<string, number> {
    return this.counts;
  }
}
