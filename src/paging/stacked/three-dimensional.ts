/**
 * What if the hardware walked three tables: L2's, and for each reference to them L1's nested tables, and for each reference to those L0's. No
 * processor does. With n levels each, a walk makes (n + 1)^3 - 1 references, 124 for 4 levels; nothing has to be shadowed, and no store exits.
 *
 * There are no walk caches. L1's and L0's tables are walked as for a write, whatever the access: their dirty bits say nothing.
 */
import { Walker, WALK } from '../../mmu/walker.js';
import { enterGuest, leaveGuest, takeResult } from '../hardware.js';
import { OwnTables } from '../nested.js';
import { NestedTables } from '../nested-tables.js';
import { ACCESS, OUTCOME, type Platform } from '../strategy.js';
import { levels, platformOfL1, type Levels } from './levels.js';
import { OuterTables } from './outer-tables.js';
import type { StackOptions } from './stacked.js';

const NONE = -1;

export class ThreeDimensional extends OwnTables {
  /** References of the last walk, and of all; those of walks that found a table of L1 or L0 lacking a page are among these. */
  refs = 0;
  private allRefs = 0;
  private readonly levels: Levels;
  private readonly l1: Platform;
  private readonly outer: OuterTables;
  private readonly tables: NestedTables;
  /** From L2's frames to the machine's. */
  private readonly inner: Walker;
  /** L2's frame that L1's tables did not map; or L1's frame that L0's did not. */
  private missing: { readonly frame: number; readonly inL1: boolean } = { frame: NONE, inL1: false };

  constructor(platform: Platform, { guest, blocks }: StackOptions) {
    super(platform);
    const { walker, memory } = platform;
    this.levels = levels(platform, guest, blocks);
    this.outer = new OuterTables(this.levels.l0);
    this.l1 = platformOfL1(this.levels, { walk: () => WALK.ok, enter: () => undefined });
    this.tables = new NestedTables(this.l1);
    this.inner = new Walker(memory, this.tables.dimension, this.outer.tables.dimension);
    walker.setWalkCache(null, false);
    walker.nestedTlb = null;
    walker.map = { frameOf: (frame) => this.locate(frame) };
    enterGuest(platform, 1);
  }

  get details(): Readonly<Record<string, number>> {
    return { references: this.allRefs, reflectedExits: this.levels.vcpu.reflected };
  }

  protected override get vmm(): Platform {
    return this.l1;
  }

  translate(vpn: number, access: number): number {
    const { walker } = this.platform;
    for (;;) {
      this.refs = 0;
      const status = walker.walk(vpn, access);
      this.refs += walker.refs;
      this.allRefs += this.refs;
      if (status === WALK.ok) {
        takeResult(walker, access, this.translation);
        const { guestShift, hostShift } = this.inner;
        this.translation.pageShift = Math.min(this.translation.pageShift, guestShift, hostShift);
        return OUTCOME.translated;
      }
      if (status !== WALK.nestedFault) return OUTCOME.guestFault;
      this.serve();
    }
  }

  /** The system frame of a frame of L2, through two tables; -1 if one of them lacks it. */
  private locate(frame: number): number {
    const { inner } = this;
    const status = inner.walk(frame, ACCESS.user | ACCESS.write);
    this.refs += inner.refs;
    if (status === WALK.ok) return inner.frame;
    this.missing = status === WALK.nestedFault ? { frame: inner.faultFrame, inL1: false } : { frame, inL1: true };
    return NONE;
  }

  private serve(): void {
    const { frame, inL1 } = this.missing;
    if (!inL1) return this.outer.serve(frame);
    leaveGuest(this.l1, 'nestedFault');
    this.tables.map(frame);
  }
}
