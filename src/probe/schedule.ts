/** Which footprints are measured: a coarse row first, then more where a knee may be. */
import type { Curve } from './curve.js';
import { knees, type Knee, type Knees } from './knees.js';

const COARSE = [
  4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288,
  16384, 32768, 65536, 131072, 262144, 524288, 1048576,
];

/** @param most pages that fit into memory */
export function coarse(most: number): number[] {
  return COARSE.filter((pages) => pages <= most);
}

/**
 * The footprint whose chase with pages apart tells the second level from table entries in data caches: half of where it begins, as that fits however sets are
 * chosen, or more where the first level would hide it. null: there is nothing to tell.
 */
export function apartPages(curve: Curve): number | null {
  const { first, second } = knees(curve);
  if (first === null || second === null) return null;
  const most = second.from >= 4 * first.to ? second.from / 2 : 0.75 * second.from;
  return curve.findLast(({ pages }) => pages > 1.2 * first.to && pages <= most)?.pages ?? null;
}

/**
 * Footprints that would make knees narrower.
 * @param count at most so many for each knee @param resolution gaps of less than this part of their footprint are narrow enough; 0: down to one page
 */
export function finer(curve: Curve, count: number, resolution: number): number[] {
  const tested = curve.map(({ pages }) => pages);
  const { first, second } = knees(curve);
  const wanted = [first, second]
    .filter((one): one is Knee => one !== null)
    .flatMap((one) => inside(one, tested, count, resolution));
  return [...new Set(wanted)].sort((a, b) => a - b);
}

function inside({ from, to }: Knee, tested: readonly number[], count: number, resolution: number): number[] {
  const gap = Math.max(1, Math.floor(from * resolution));
  const step = Math.max(gap, Math.ceil((to - from) / (count + 1)));
  const wanted: number[] = [];
  for (let pages = from + step; pages < to; pages += step) wanted.push(pages);
  return wanted.filter((pages) => tested.every((other) => Math.abs(other - pages) >= gap));
}

/** Of a curve's footprints those that tell most: powers of two, halves between, and the neighbours of knees. */
export function told(curve: Curve, { first, second }: Knees): Curve {
  const near = (pages: number): boolean =>
    [first, second].some((knee) => knee !== null && nearKnee(pages, knee, curve));
  const round = (pages: number): boolean => [pages, pages / 3].some((one) => Number.isInteger(Math.log2(one)));
  return curve.filter(({ pages }) => round(pages) || near(pages));
}

/** Its two ends, the number of entries and the one behind it. */
function nearKnee(pages: number, { from, to, entries }: Knee, curve: Curve): boolean {
  const end = curve.find((point) => point.pages >= to)?.pages;
  return [from, end, entries, entries === null ? null : entries + 1].includes(pages);
}
