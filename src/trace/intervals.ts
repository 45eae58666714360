/** A set of page numbers as intervals, few enough to be kept in sorted lists. */
export class Intervals {
  private readonly starts: number[] = [];
  /** First page behind each. */
  private readonly ends: number[] = [];

  has(page: number): boolean {
    const at = this.indexOf(page);
    return at >= 0 && page < this.ends[at]!;
  }

  add(start: number, end: number): void {
    if (end <= start) return;
    this.remove(start, end);
    const at = this.indexOf(start) + 1;
    this.starts.splice(at, 0, start);
    this.ends.splice(at, 0, end);
  }

  remove(start: number, end: number): void {
    if (end <= start) return;
    let at = this.indexOf(start);
    if (at < 0 || this.ends[at]! <= start) at++;
    while (at < this.starts.length && this.starts[at]! < end) {
      const [first, last] = [this.starts[at]!, this.ends[at]!];
      const kept = [
        [first, start],
        [end, last],
      ].filter(([from, to]) => from! < to!);
      this.starts.splice(at, 1, ...kept.map(([from]) => from!));
      this.ends.splice(at, 1, ...kept.map(([, to]) => to!));
      at += kept.length;
    }
  }

  /** The largest stretch around a page that is not in the set, within [low, high). */
  gapAround(page: number, low: number, high: number): [start: number, end: number] {
    const at = this.indexOf(page);
    const start = at < 0 ? low : Math.max(low, this.ends[at]!);
    return [start, Math.min(high, this.starts[at + 1] ?? high)];
  }

  copy(): Intervals {
    const copied = new Intervals();
    copied.starts.push(...this.starts);
    copied.ends.push(...this.ends);
    return copied;
  }

  /** The last interval that starts at or before a page; -1 if there is none. */
  private indexOf(page: number): number {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! <= page) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
