/**
 * Where translation becomes dearer: the entries of the first and the second level of the data TLB. A pure function of a curve.
 *
 * A knee begins behind the last footprint that still lies on the plateau before it, and is over where half of the step is reached: what else uses a
 * TLB takes ways of some sets, so that hardware begins to miss a little early. Without noise both are neighbours and the number is exact. Of several numbers the roundest is taken, as entries are ways times sets, and sets a power of two.
 */
import { excess, type Curve, type Excess, type Time } from './curve.js';

export interface Knee {
  /** The roundest number of pages in the range; null: the range is too wide to say one. */
  readonly entries: number | null;
  /** The last footprint on the plateau, and that at which half of the step is reached; without noise the first that is above the plateau. */
  readonly from: number;
  readonly to: number;
  /** What a load takes more behind the knee. */
  readonly stepNs: number;
}

export interface Knees {
  readonly first: Knee | null;
  readonly second: Knee | null;
  /** What a load that hits the second level takes more; null: no first level was seen. */
  readonly secondHitNs: number | null;
  /** Why there is no second, or no first. */
  readonly why: readonly string[];
}

/** Chases with pages apart, by pages. */
export type Apart = ReadonlyMap<number, Time>;

/** Footprints that no first level is smaller than. */
const SMALLEST = 16;
/** A step that begins behind these is of caches or of noise: no level is that large. */
const LARGEST_FIRST = 1024;
const LARGEST_SECOND = 32_768;
/** A step that has begun is seen whole at so many times the footprint. */
const REACH = 2;
/** Of a measured step: what still is plateau, and what clearly is not. */
const PLATEAU = 0.05;
const ABOVE = 0.5;
/** Without noise: of sums of decimals. */
const ROUNDING = 1e-9;
/** Noises that a rise and a step must have. */
const RISE = 4;
const STEP = 8;
/** Of a second-level hit, in whose plateau the first cache is full too: what it may drift, and what a walk takes more at least. */
const DRIFT = 0.1;
const LEAST_SECOND = 0.5;
const WIDEST = 1.5;

export function knees(curve: Curve, apart: Apart = new Map()): Knees {
  const points = excess(curve);
  const floor = points.filter(({ pages }) => pages <= SMALLEST);
  if (floor.length === 0) return none('no footprint of 16 pages or less was measured');
  const base = median(floor.map(({ ns }) => ns));
  const first = knee(points, SMALLEST, LARGEST_FIRST, base, 0);
  if (first === null) return none('no step stands out of the noise');
  const plateauAt = 2 * first.from;
  const plateau = at(points, plateauAt);
  if (plateau === null) return { first, second: null, secondHitNs: null, why: ['no footprint behind the first knee'] };
  const hit = plateau - base;
  const second = knee(points, plateauAt, LARGEST_SECOND, plateau, hit);
  if (second === null)
    return { first, second, secondHitNs: hit, why: ['second level: no step stands out of the noise behind the first'] };
  if (second.entries === null)
    return {
      first,
      second,
      secondHitNs: hit,
      why: [`second level: rises too slowly, somewhere from ${second.from} to ${second.to} pages`],
    };
  const ofTables = isOfTables(curve, apart, plateau, second);
  if (ofTables === true)
    return {
      first,
      second: null,
      secondHitNs: null,
      why: [
        `second level: the step from ${second.from} pages on comes sooner where pages lie apart, so it is of table entries in data caches, not of a TLB`,
      ],
    };
  const why = ofTables === null ? ['second level: not tried with pages apart, and may be a data cache'] : [];
  return { first, second, secondHitNs: hit, why };
}

function none(why: string): Knees {
  return { first: null, second: null, secondHitNs: null, why: [why] };
}

function knee(points: readonly Excess[], from: number, most: number, plateau: number, hit: number): Knee | null {
  const behind = points.filter(({ pages }) => pages >= from);
  for (const [nth, point] of behind.entries()) {
    const next = behind[nth + 1];
    if (next === undefined || point.pages > most) return null;
    const near = points.filter(({ pages }) => pages <= REACH * point.pages && REACH * pages >= point.pages);
    const noise = median(near.map((one) => one.noise));
    const top = nearest(behind.slice(nth + 1), REACH * next.pages);
    const stepNs = top.ns - plateau;
    if (stepNs < Math.max(STEP * noise, LEAST_SECOND * hit)) continue;
    const exact = noise === 0;
    const low = plateau + (exact ? ROUNDING : Math.max(noise, PLATEAU * stepNs, DRIFT * hit));
    const high = plateau + (exact ? ROUNDING : Math.max(RISE * noise, ABOVE * stepNs));
    if (next.ns <= low) continue;
    const last = behind.findLast(({ ns, pages }) => ns <= low && pages <= top.pages) ?? point;
    const above = behind.findIndex(({ ns, pages }) => ns > high && pages > last.pages);
    const end = exact
      ? behind[above]!.pages
      : Math.max(last.pages + 1, crossing(behind[above - 1]!, behind[above]!, high));
    return { ...roundest(last.pages, end), stepNs };
  }
  return null;
}

function nearest(points: readonly Excess[], pages: number): Excess {
  const octaves = (point: Excess): number => Math.abs(Math.log2(point.pages / pages));
  return points.reduce((best, point) => (octaves(point) < octaves(best) ? point : best));
}

/** The footprint between two at which a straight line reaches so much. */
function crossing(before: Excess, after: Excess, ns: number): number {
  return Math.ceil(before.pages + ((ns - before.ns) / (after.ns - before.ns)) * (after.pages - before.pages));
}

/** Entries of leaf tables of pages apart fill data caches with an eighth of the pages, a TLB with as many. null: it was not tried. */
function isOfTables(curve: Curve, apart: Apart, plateau: number, { from, stepNs }: Knee): boolean | null {
  const asked = Math.max(0, ...[...apart.keys()].filter((pages) => pages <= 0.75 * from));
  const point = curve.find(({ pages }) => pages === asked);
  if (point === undefined) return null;
  return apart.get(asked)!.ns - point.dense.ns - plateau > stepNs / 2;
}

function roundest(from: number, to: number): Omit<Knee, 'stepNs'> {
  if (to > WIDEST * from) return { entries: null, from, to };
  for (let power = 2 ** Math.floor(Math.log2(to)); ; power /= 2) {
    const entries = power * Math.ceil(from / power);
    if (entries < to) return { entries, from, to };
  }
}

/** Between two points as a straight line over the logarithm of pages; null behind the last. */
function at(points: readonly Excess[], pages: number): number | null {
  const behind = points.findIndex((point) => point.pages >= pages);
  if (behind < 0) return null;
  const after = points[behind]!;
  const before = points[behind - 1] ?? after;
  if (after.pages === before.pages) return after.ns;
  const part = Math.log(pages / before.pages) / Math.log(after.pages / before.pages);
  return before.ns + part * (after.ns - before.ns);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
