/** Which of many TLBs hold a translation, and what that makes of their look-ups. */
import { KIND } from '../../trace/event.js';
import type { Size } from '../page-index.js';
import type { ManyTlbs } from './many-tlbs.js';

export class LookUps {
  /** TLBs that walk for the last reference, the first `walked` of them. */
  readonly walking: Int32Array;
  walked = 0;
  /** By first level. */
  readonly firstMisses: Float64Array;
  // By TLB.
  readonly misses: Float64Array;
  readonly rewalks: Float64Array;
  /** References that no TLB held. */
  unknown = 0;

  constructor(private readonly tlb: ManyTlbs) {
    this.walking = new Int32Array(tlb.tlbs.length);
    this.firstMisses = new Float64Array(tlb.levels.all.length);
    this.misses = new Float64Array(tlb.tlbs.length);
    this.rewalks = new Float64Array(tlb.tlbs.length);
  }

  firstMissesOf(tlb: number): number {
    return this.firstMisses[this.tlb.levels.all.findIndex(({ tlbs }) => tlbs.includes(tlb))]!;
  }

  noneHolds(): void {
    this.unknown++;
  }

  /** Uses a translation, which is moved to the front wherever it is looked up. @returns how many TLBs do not hold it */
  missed(kind: number, at: number): number {
    return this.lookFor(kind, at, true);
  }

  /** A translation lacks the right that is needed: wherever it is held that is a walk too. */
  rewalk(kind: number, at: number): void {
    for (let tlb = 0; tlb < this.rewalks.length; tlb++) this.rewalks[tlb]! += 1;
    const walked = this.lookFor(kind, at, false);
    for (let one = 0; one < walked; one++) this.rewalks[this.walking[one]!]! -= 1;
  }

  /** Collects and counts the TLBs that do not hold a translation. @param moves whether it becomes the most recent of its sets */
  private lookFor(kind: number, at: number, moves: boolean): number {
    const { known, levels } = this.tlb;
    const { dead } = known;
    const size = known.size[at] as Size;
    const number = known.number[at]!;
    const space = known.space[at]!;
    const first = levels.of[kind]![size];
    if (moves) first.use(number, at, space, dead);
    else first.look(number, at, space);
    this.walked = 0;
    for (let one = 0; one < first.missed; one++) {
      const level = first.missing[one]!;
      this.firstMisses[level]! += 1;
      const { second, tlbs } = levels.all[level]!;
      if (second === null) for (const tlb of tlbs) this.walks(tlb);
      else {
        const family = second[kind === KIND.fetch ? 0 : 1][size];
        if (moves) family.use(number, at, space, dead);
        else family.look(number, at, space);
        for (let other = 0; other < family.missed; other++) this.walks(family.missing[other]!);
      }
    }
    return this.walked;
  }

  private walks(tlb: number): void {
    this.misses[tlb]! += 1;
    this.walking[this.walked++] = tlb;
  }

  /** Puts a translation into both levels of all. */
  fill(kind: number, at: number): void {
    const { known, levels } = this.tlb;
    const { dead } = known;
    const size = known.size[at] as Size;
    const number = known.number[at]!;
    const space = known.space[at]!;
    levels.of[kind]![size].use(number, at, space, dead);
    for (const { second } of levels.all) second?.[kind === KIND.fetch ? 0 : 1][size].use(number, at, space, dead);
  }
}
