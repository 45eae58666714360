/**
 * Units of a sample of TLB sets. A set sees the pages whose number has one remainder by the number of sets; so the pages of one remainder by a
 * common divisor of all numbers of sets have sets for themselves, in every array.
 */
export class Units {
  /** By remainder: its place among those that are drawn; -1: it is not. */
  private readonly places: Int16Array;

  /** @param count the common divisor @param drawn remainders */
  constructor(
    readonly count: number,
    readonly drawn: readonly number[],
  ) {
    this.places = new Int16Array(count).fill(-1);
    for (const [place, remainder] of drawn.entries()) this.places[remainder] = place;
  }

  /** Place of the unit of a page among those that are drawn; -1: it is not. @param number of the page, in units of its size */
  placeOf(number: number): number {
    return this.places[number % this.count]!;
  }
}
