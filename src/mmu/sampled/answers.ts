/** Answers misses of units that are drawn by what has been seen of their walks, or passes them on to the strategy. */
import {
  noTranslation,
  OUTCOME,
  type PagingStrategy,
  type Translation,
  type Translator,
} from '../../paging/strategy.js';
import type { SampledTlbs } from './sampled-tlbs.js';
import type { Seen } from './seen.js';
import type { UnitCounts } from './unit-counts.js';

export class Answers implements Translator {
  /** Place of the unit that asks; -1: the strategy is asked. */
  unit = -1;
  /** What the strategy said last. */
  outcome: number = OUTCOME.translated;
  private readonly own = noTranslation();

  constructor(
    private readonly tlb: SampledTlbs,
    private readonly seen: Seen,
    private readonly counts: UnitCounts,
    private readonly strategy: PagingStrategy,
  ) {}

  get translation(): Translation {
    return this.unit < 0 ? this.strategy.translation : this.own;
  }

  translate(vpn: number, access: number): number {
    if (this.unit < 0) return (this.outcome = this.strategy.translate(vpn, access));
    const { known, index } = this.tlb;
    const at = known.find(index.expected);
    this.counts.walk(this.seen.profile[at]!, this.unit);
    this.seen.tell(at, index.expected, this.own);
    return OUTCOME.translated;
  }

  guestFault(): void {
    this.strategy.guestFault();
  }
}
