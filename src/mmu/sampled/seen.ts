/**
 * What a walk to each known translation goes through and ends in, as long as no table is written: it is walked for once, and answered for after
 * that. A walk that changes anything would have to be known to have been made: then the sample is given up (`Diverged`).
 */
import { OUTCOME, type PagingStrategy, type Translation } from '../../paging/strategy.js';
import { Diverged } from '../many/diverged.js';
import { enlarged } from '../enlarged.js';
import { ACCESS_OF, entrySize } from '../miss-path.js';
import type { Size } from '../page-index.js';
import { TableEra } from '../table-era.js';
import type { Walker } from '../walker.js';
import type { SampledTlbs } from './sampled-tlbs.js';

export class Seen {
  // By number of a translation.
  profile = new Int32Array(1024);
  rights = new Uint8Array(1024);
  private era = new Int32Array(1024);
  private guestFrame = new Float64Array(1024);
  private pageShift = new Uint8Array(1024);
  private guestShift = new Uint8Array(1024);
  private readonly tables: TableEra;

  constructor(
    private readonly tlb: SampledTlbs,
    private readonly strategy: PagingStrategy,
    private readonly walker: Walker,
    private readonly privilege: number,
  ) {
    this.tables = new TableEra(walker);
    if (strategy.isQuiet === undefined) throw new Diverged('the strategy does more at a walk than to walk');
  }

  /** Whether tables or roots have changed since it was asked. */
  hasChanged(): boolean {
    return this.tables.hasChanged();
  }

  isSettled(at: number): boolean {
    return this.era[at] === this.tables.now;
  }

  /** A translation has been made anew. */
  renew(at: number, rights: number): void {
    if (at >= this.era.length) this.grow(at);
    this.era[at] = 0;
    this.rights[at] = rights;
  }

  /** Walks for a translation that TLBs may hold. @param key of the page @param kind of a reference @returns the walk's profile */
  look(at: number, key: number, kind: number): number {
    const { strategy, walker } = this;
    const { index, known } = this.tlb;
    const { tally } = walker;
    const { peak, faultedWalks } = tally;
    if (!strategy.isQuiet!()) throw new Diverged('the VMM has work to do at a walk that TLBs may have saved');
    index.expected = key;
    const outcome = strategy.translate(index.pages.vpn[key]!, ACCESS_OF[kind]! | this.privilege);
    const { frame, guestFrame, rights, global, pageShift, guestShift } = strategy.translation;
    const size = entrySize(pageShift, index.largeShift);
    if (outcome !== OUTCOME.translated || !this.tables.holds || tally.faultedWalks !== faultedWalks)
      throw new Diverged('a walk that TLBs may have saved changes something');
    known.mustBe(at, size, global);
    tally.peak = peak;
    const inside = index.inside(size, key);
    known.frame[at] = frame - inside;
    known.meet(at, rights);
    this.era[at] = this.tables.now;
    this.rights[at] = rights;
    this.guestFrame[at] = guestFrame < 0 ? -1 : guestFrame - inside;
    this.pageShift[at] = pageShift;
    this.guestShift[at] = guestShift;
    return (this.profile[at] = tally.profile());
  }

  /** What a walk to a page would end in. */
  tell(at: number, key: number, translation: Translation): void {
    const { index, known } = this.tlb;
    const inside = index.inside(known.size[at] as Size, key);
    translation.frame = known.frame[at]! + inside;
    translation.guestFrame = this.guestFrame[at]! < 0 ? -1 : this.guestFrame[at]! + inside;
    translation.rights = this.rights[at]!;
    translation.global = known.global[at] === 1;
    translation.pageShift = this.pageShift[at]!;
    translation.guestShift = this.guestShift[at]!;
  }

  private grow(at: number): void {
    this.profile = enlarged(this.profile, at + 1);
    this.rights = enlarged(this.rights, at + 1);
    this.era = enlarged(this.era, at + 1);
    this.guestFrame = enlarged(this.guestFrame, at + 1);
    this.pageShift = enlarged(this.pageShift, at + 1);
    this.guestShift = enlarged(this.guestShift, at + 1);
  }
}
