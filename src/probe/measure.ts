/** Measures a curve: all footprints by turns, round after round, and more footprints where knees are found, until nothing changes or time is up. */
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
/** However short the time. */
const FEWEST_ROUNDS = 5;
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

  /** @param seconds of the process, all in all @param tell is told what part of them is over */
  run(most: number, seconds: number, tell: Tell): Omit<Measured, 'touchNs'> {
    const passed = (): number => performance.now() / 1000 / seconds; // since the process began: to lay out chains takes time too
    this.addPoints(coarse(most));
    let stage = 0;
    for (let stageRounds = 0; this.round(() => passed() >= 1); stageRounds++) {
      const done = passed();
      tell(done);
      if (stageRounds < FIRST_ROUNDS || !(this.settled() || done > 0.3 + 0.1 * stage)) continue;
      if (stage < STAGES && this.refine(most)) {
        stage++;
        stageRounds = 0;
      } else if (this.settled()) break;
    }
    const apart = [...this.apart].filter(([, { least }]) => least.known);
    return {
      curve: this.curve(),
      apart: apart.map(([pages, { least }]) => [pages, least.time]),
      rounds: this.rounds,
      stable: this.settled(),
    };
  }

  /** Of the footprints that were measured often enough. */
  private curve(): Curve {
    return this.points
      .filter(({ spread, denseLeast }) => spread.known && denseLeast.known)
      .map(({ pages, spread, denseLeast }) => ({ pages, spread: spread.time, dense: denseLeast.time }));
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

  /** @returns false: time is up, in the midst of the round; footprints that are not large are measured often enough even then */
  private round(isOver: () => boolean): boolean {
    const turn = this.rounds++ % TURN;
    for (const { pages, chain, dense, spread, denseLeast } of this.points) {
      if (pages > LARGE && turn !== TURN - 1) continue;
      if (isOver() && (pages > LARGE || (spread.known && this.rounds > FEWEST_ROUNDS))) continue;
      spread.add(timed(this.chase, chain));
      denseLeast.add(timed(this.chase, dense));
    }
    for (const { chain, least } of this.apart.values())
      if (!least.known || !isOver()) least.add(timed(this.chase, chain));
    return !isOver() || this.rounds < FEWEST_ROUNDS;
  }

  private settled(): boolean {
    return this.points.every(
      ({ pages, spread, denseLeast }) => pages > LARGE || Math.min(spread.unchanged, denseLeast.unchanged) >= SETTLED,
    );
  }
}
