/** Measures a curve: all footprints by turns, round after round, and more footprints where knees are found, until nothing changes or time is up. */
import type { Apart } from './knees.js';
import { APART, type Curve, type Time } from './curve.js';
import { Chains } from './chains.js';
import { timed, warmChase, type Chain, type Chase } from './chase.js';
import { Least } from './least.js';
import { apartPages, coarse, finer } from './schedule.js';

export interface Measured {
  readonly curve: Curve;
  readonly apart: readonly (readonly [pages: number, time: Time])[];
  readonly rounds: number;
  /** Whether the last rounds changed nothing. */
  readonly stable: boolean;
  /** Nanoseconds a page of fresh memory takes when first written to: the least and the median of stretches. */
  readonly touchNs: { readonly least: number; readonly median: number };
}

interface Measurement {
  readonly pages: number;
  readonly chain: Chain;
  readonly dense: Chain;
  readonly spread: Least;
  readonly denseLeast: Least;
}

/** Footprints for which a chunk takes so long that they are measured in every fourth round only. */
const LARGE = 32_768;
const TURN = 4;
/** Rounds in a row without a change, after which it is stable, and before which nothing is looked at. */
const SETTLED = 40;
const FIRST_ROUNDS = 12;
/** New footprints for each knee in each stage. */
const FINER = 10;
const RESOLUTION = 1 / 64;
const STAGES = 5;

export type Tell = (done: number) => void;

export class Measuring {
  private readonly points: Measurement[] = [];
  private readonly apart = new Map<number, { chain: Chain; least: Least }>();
  private readonly chase: Chase;
  private rounds = 0;

  constructor(private readonly chains: Chains) {
    this.chase = warmChase(chains.words, chains.spread(16).from);
  }

  /** @param walks whether footprints of many walks are wanted too @param tell is told what part of the time is over */
  run(most: number, walks: boolean, seconds: number, tell: Tell): Omit<Measured, 'touchNs'> {
    const began = performance.now();
    const passed = (): number => (performance.now() - began) / 1000 / seconds;
    this.addPoints(coarse(most, walks));
    let stage = 0;
    for (let stageRounds = 0; ; stageRounds++) {
      this.round();
      const done = passed();
      tell(done);
      if (done >= 1) break;
      const due = stageRounds >= FIRST_ROUNDS && (this.settled() || done > 0.3 + 0.1 * stage);
      if (!due) continue;
      if (stage >= STAGES || !this.refine(most)) {
        if (this.settled()) break;
        continue;
      }
      stage++;
      stageRounds = 0;
    }
    const apart = [...this.apart].map(([pages, { least }]) => [pages, least.time] as const);
    return { curve: this.curve(), apart, rounds: this.rounds, stable: this.settled() };
  }

  curve(): Curve {
    return this.points.map(({ pages, spread, denseLeast }) => ({ pages, spread: spread.time, dense: denseLeast.time }));
  }

  knownApart(): Apart {
    return new Map([...this.apart].map(([pages, { least }]) => [pages, least.time]));
  }

  private addPoints(footprints: readonly number[]): void {
    for (const pages of footprints)
      this.points.push({
        pages,
        chain: this.chains.spread(pages),
        dense: this.chains.dense(pages),
        spread: new Least(),
        denseLeast: new Least(),
      });
    this.points.sort((a, b) => a.pages - b.pages);
  }

  /** @returns whether there is something new to measure */
  private refine(most: number): boolean {
    const curve = this.curve();
    const wanted = finer(curve, FINER, RESOLUTION);
    this.addPoints(wanted);
    const asked = apartPages(curve);
    const isNew = asked !== null && asked * APART <= most && !this.apart.has(asked);
    if (isNew) this.apart.set(asked, { chain: this.chains.spread(asked, APART), least: new Least() });
    return wanted.length > 0 || isNew;
  }

  private round(): void {
    const turn = this.rounds++ % TURN;
    for (const { pages, chain, dense, spread, denseLeast } of this.points) {
      if (pages > LARGE && turn !== 0) continue;
      spread.add(timed(this.chase, chain));
      denseLeast.add(timed(this.chase, dense));
    }
    for (const { chain, least } of this.apart.values()) least.add(timed(this.chase, chain));
  }

  private settled(): boolean {
    return this.points.every(
      ({ pages, spread, denseLeast }) => pages > LARGE || Math.min(spread.unchanged, denseLeast.unchanged) >= SETTLED,
    );
  }
}
