/**
 * Selective paging: the whole virtual machine under shadow or under nested paging, whichever suited it better in the interval before. A change
 * to shadow paging begins without any shadow table; nested tables are kept. X. Wang et al., VEE 2011.
 */
import { INVALIDATIONS } from '../../mmu/invalidation.js';
import { Switching } from '../../mmu/switching.js';
import { GUEST, NESTED, SHADOW } from '../../mmu/walk-observer.js';
import { EXIT_CAUSES, EXITS } from '../../vmm/exits.js';
import type { Instruction } from '../../vmm/instructions.js';
import { enterGuest, leaveGuest } from '../hardware.js';
import { Intervals } from '../intervals.js';
import { nested } from '../nested.js';
import { Shadow } from '../shadow/shadow.js';
import type { PagingStrategy, Platform, Translation } from '../strategy.js';
import { SelectivePolicy, type Measured, type Mode } from './policy.js';

const OF_TRANSLATION = EXIT_CAUSES.filter((cause) => EXITS[cause].memory && cause !== 'policyTimer');

export class Selective implements PagingStrategy {
  private readonly nested: PagingStrategy;
  /** Null in nested mode. */
  private shadow: Shadow | null = null;
  private readonly switching: Switching;
  private readonly policy: SelectivePolicy;
  private readonly intervals: Intervals;
  private pcid = 0;
  private faults = 0;
  /** Totals at the end of the last interval. */
  private before: Measured = { walks: 0, walkRefs: 0, faults: 0, exits: 0 };

  constructor(private readonly platform: Platform) {
    const { walker, counters, policy } = platform;
    this.nested = nested.create(platform);
    this.switching = walker.switching = new Switching(walker.guest);
    this.policy = new SelectivePolicy(policy.selective, walker.guest.levels, platform.nestedFormat.levels);
    this.intervals = new Intervals(counters, policy.intervalRefs);
    this.switching.from('guest', 0);
    platform.vcpu!.use({ shadow: false, nested: true });
    if (policy.selective.begin === 'shadow') this.beginShadow(0);
  }

  private get now(): PagingStrategy {
    return this.shadow ?? this.nested;
  }

  get translation(): Translation {
    return this.now.translation;
  }

  get guestRoot(): number {
    return this.now.guestRoot;
  }

  translate(vpn: number, access: number): number {
    if (this.intervals.isOver) this.look();
    return this.now.translate(vpn, access);
  }

  guestFault(): void {
    this.faults++;
    this.now.guestFault();
  }

  readWord(guestFrame: number, word: number): number {
    return this.now.readWord(guestFrame, word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    if (this.intervals.isOver) this.look();
    this.now.writeEntry(guestFrame, index, low, high);
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    this.now.presetEntry(guestFrame, index, low, high);
  }

  cr3Write(rootFrame: number, pcid = 0, keep = false): void {
    if (this.intervals.isOver) this.look();
    this.pcid = pcid;
    this.now.cr3Write(rootFrame, pcid, keep);
  }

  invlpg(vpn: number): void {
    this.now.invlpg(vpn);
  }

  execute(instruction: Instruction): void {
    this.now.execute(instruction);
  }

  /** The VMM's timer, at the end of each interval. */
  private look(): void {
    const { intervals } = this;
    for (; intervals.isOver; intervals.now++) {
      leaveGuest(this.platform, 'policyTimer');
      const mode: Mode = this.shadow === null ? 'nested' : 'shadow';
      const next = this.policy.next(mode, this.measured());
      if (next === mode) continue;
      if (next === 'shadow') this.toShadow();
      else this.toNested();
    }
  }

  private measured(): Measured {
    const { walker, exits } = this.platform;
    const { tally } = walker;
    const now = {
      walks: tally.walks,
      walkRefs: [GUEST, NESTED, SHADOW].reduce((sum, which) => sum + total(tally.refs(which)), 0),
      faults: this.faults,
      exits: OF_TRANSLATION.reduce((sum, cause) => sum + exits[cause], 0),
    };
    const { before } = this;
    this.before = now;
    return {
      walks: now.walks - before.walks,
      walkRefs: now.walkRefs - before.walkRefs,
      faults: now.faults - before.faults,
      exits: now.exits - before.exits,
    };
  }

  private toShadow(): void {
    this.beginShadow(this.guestRoot);
    this.platform.counters.movesToShadow++;
    this.forget();
  }

  private beginShadow(guestRoot: number): void {
    this.platform.vcpu!.use({ shadow: true, nested: false });
    this.shadow = new Shadow(this.platform, this.platform.policy);
    this.shadow.guestRoot = guestRoot;
    this.switching.from('shadow', 0);
  }

  private toNested(): void {
    const { guestRoot } = this;
    this.platform.vcpu!.use({ shadow: false, nested: true });
    this.shadow!.giveUp();
    this.shadow = null;
    enterGuest(this.platform, this.platform.nestedSpace, this.pcid);
    this.switching.from('guest', guestRoot);
    this.platform.counters.movesToNested++;
    this.forget();
  }

  /** Translations of the other mode are of no use. */
  private forget(): void {
    this.platform.tlb.remove(INVALIDATIONS.tlbControlAll());
  }
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
