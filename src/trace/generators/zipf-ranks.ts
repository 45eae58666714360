/**
 * Ranks from 0 to size - 1, that of rank k in proportion to (k + 1)^-exponent: from a table where it is small, else by
 * rejection-inversion, which needs none (Hörmann & Derflinger 1996, "Rejection-inversion to generate variates from monotone discrete distributions").
 */
import type { Parameter } from './parameters.js';
import type { Xorshift128 } from './random.js';

/** Largest table: 32 MiB. */
const MOST_TABLED = 2 ** 22;

/** Draws fall into this many equal parts; only the ranks of a draw's part are searched. */
const PARTS = 1 << 16;

/** The exponent of a generator. */
export function exponent(usual: number): Parameter {
  const meaning = 'what rank k is weighted by: k to the minus this';
  return { meaning, default: usual, least: 0, most: 8, fractional: true };
}

export function zipfRanks(size: number, exponent: number, random: Xorshift128): () => number {
  return size <= MOST_TABLED ? tabled(size, exponent, random) : rejected(size, exponent, random);
}

function tabled(size: number, exponent: number, random: Xorshift128): () => number {
  const cumulative = new Float64Array(size);
  let sum = 0;
  for (let rank = 0; rank < size; rank++) cumulative[rank] = sum += 1 / (rank + 1) ** exponent;

  /** The smallest rank from `low` to `high` whose cumulative weight exceeds `u`, or else `high`. */
  function search(u: number, low: number, high: number): number {
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > u) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  // Rounding keeps order, so the rank of a draw lies between those of the two ends of its part.
  const firstRank = Uint32Array.from({ length: PARTS + 1 }, (_, part) => search((part / PARTS) * sum, 0, size - 1));
  return () => {
    const draw = random.next53();
    const part = Math.floor(draw * PARTS);
    return search(draw * sum, firstRank[part]!, firstRank[part + 1]!);
  };
}

/** Inverts the integral of x^-exponent, and rejects the draws by which its steps differ from the weights. */
function rejected(size: number, exponent: number, random: Xorshift128): () => number {
  const weight = (x: number): number => x ** -exponent;
  const integral = (x: number): number => {
    const log = Math.log(x);
    return log * ratio((1 - exponent) * log, Math.expm1);
  };
  const inverse = (y: number): number => Math.exp(y * ratio((1 - exponent) * y, Math.log1p));

  const top = integral(1.5) - 1;
  const bottom = integral(size + 0.5);
  /** A draw so close below its rank is accepted without a look at the integral. */
  const close = 2 - inverse(integral(2.5) - weight(2));
  return () => {
    for (;;) {
      const y = bottom + random.next53() * (top - bottom);
      const x = inverse(y);
      const rank = Math.min(size, Math.max(1, Math.round(x)));
      if (rank - x <= close || y >= integral(rank + 0.5) - weight(rank)) return rank - 1;
    }
  };
}

/** f(x) / x for an f with f(x) = x near 0. */
function ratio(x: number, f: (x: number) => number): number {
  return Math.abs(x) < 1e-12 ? 1 : f(x) / x;
}
