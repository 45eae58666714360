/** What a saving is worth: as a factor of what it is made in, and of the whole. */

/** @param saved share that is no longer there */
export function speedupOf(saved: number): number {
  return 1 / (1 - saved);
}

/** Amdahl's law. @param part share of the whole that becomes faster by `speedup` */
export function wholeSpeedup(part: number, speedup: number): number {
  return 1 / (1 - part + part / speedup);
}
