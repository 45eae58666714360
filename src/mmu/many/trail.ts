/**
 * What walks have ended in, as one number: the sum over all of them, so that their order does not matter. Two replays of the same misses have
 * the same unless one was led elsewhere, as by what a walk cache has kept.
 */
/** @param base frame of the first page of the entry that the walk makes */
export function trailOf(base: number, rights: number, pageShift: number): number {
  const low = Math.imul(base | 0, 0x9e3779b1);
  const high = Math.imul(Math.floor(base / 2 ** 32), 0x85ebca6b);
  return Math.imul(low ^ high ^ (rights << 8) ^ pageShift, 0xc2b2ae35);
}
