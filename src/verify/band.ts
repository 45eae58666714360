/** How far a modelled count may be from a measured one: from the nearer of the measured runs, by a part of it. */

/** Small counts may always be off by as many. */
const SLACK = 60;

export interface Judged {
  /** To the nearer of the measured runs; null where that counted none. */
  readonly ratio: number | null;
  readonly band: string;
  readonly passed: boolean;
}

export function inBand(measured: readonly number[], modelled: number, band: number): Judged {
  const nearest = measured.toSorted((a, b) => Math.abs(modelled - a) - Math.abs(modelled - b))[0]!;
  return {
    ratio: nearest === 0 ? null : modelled / nearest,
    band: `${Math.round(100 * band)}%`,
    passed: Math.abs(modelled - nearest) <= Math.max(band * nearest, SLACK),
  };
}

/** What must not occur, measured or modelled. */
export function isAbsent(measured: readonly number[], modelled: number): boolean {
  return modelled === 0 && measured.every((count) => count === 0);
}
