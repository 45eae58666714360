/**
 * The stack of fully associative LRU, which gives the reuse distance of each use of a page: how many other pages were used since its last use
 * (Mattson et al., Evaluation techniques for storage hierarchies, 1970). A TLB of N entries hits exactly the uses of a distance below N.
 *
 * The top of the stack is an array with the last page first. The pages below it stand in a Fenwick tree over the times at which they left
 * the top, which is the order of their last uses; times are given anew when they run out. So memory is bounded by the number of pages,
 * and a use costs O(log pages), or a look along the top.
 */

/** Most uses are of pages near the top. */
const TOP = 64;

/** Place of a page: in the top, never used; otherwise its time in the tree, from 1. */
const IN_TOP = 0;
const NEVER = -1;

const FEWEST_TIMES = 4096;

export class LruStack {
  private readonly top = new Int32Array(TOP);
  private topPages = 0;
  private place = new Int32Array(0);
  /** Page at each time, -1 = none; times below the present one without a page are of pages used again since. */
  private pageAt = new Int32Array(FEWEST_TIMES).fill(NEVER);
  private tree = new Int32Array(FEWEST_TIMES);
  private treePages = 0;
  private time = 0;

  /** Makes room for pages below `pages`; to be called before they are used. */
  reserve(pages: number): void {
    if (pages <= this.place.length) return;
    const larger = new Int32Array(2 * pages).fill(NEVER);
    larger.set(this.place);
    this.place = larger;
  }

  /** Uses a page: its reuse distance, -1 for its first use. */
  use(page: number): number {
    const { top } = this;
    if (top[0] === page && this.topPages > 0) return 0;
    const place = this.place[page]!;
    if (place !== IN_TOP) return this.useFromBelow(page, place);
    let above = top[0]!;
    for (let at = 1; ; at++) {
      const here = top[at]!;
      top[at] = above;
      if (here === page) {
        top[0] = page;
        return at;
      }
      above = here;
    }
  }

  private useFromBelow(page: number, time: number): number {
    let distance = NEVER;
    if (time !== NEVER) {
      distance = this.topPages + this.treePages - this.pagesUpTo(time);
      this.add(time, -1);
      this.pageAt[time] = NEVER;
      this.treePages--;
    }
    const { top } = this;
    if (this.topPages === TOP) this.sink(top[TOP - 1]!);
    else this.topPages++;
    for (let at = this.topPages - 1; at > 0; at--) top[at] = top[at - 1]!;
    top[0] = page;
    this.place[page] = IN_TOP;
    return distance;
  }

  /** The last page of the top becomes the first of those below. */
  private sink(page: number): void {
    if (this.time + 1 === this.pageAt.length) this.renumber();
    const time = ++this.time;
    this.place[page] = time;
    this.pageAt[time] = page;
    this.add(time, 1);
    this.treePages++;
  }

  /** Gives the pages below the top the first times, in order, with three times as many left. */
  private renumber(): void {
    const { pageAt, place } = this;
    const times = Math.max(FEWEST_TIMES, 4 * this.treePages + 4);
    const kept = new Int32Array(times).fill(NEVER);
    let last = 0;
    for (let time = 1; time <= this.time; time++) {
      const page = pageAt[time]!;
      if (page === NEVER) continue;
      kept[++last] = page;
      place[page] = last;
    }
    this.pageAt = kept;
    this.time = last;
    // A node covers as many times as its lowest bit says, and all up to the last have a page.
    this.tree = Int32Array.from({ length: times }, (_, at) => Math.max(0, Math.min(at, last) - (at - (at & -at))));
  }

  private add(time: number, pages: number): void {
    const { tree } = this;
    for (let at = time; at < tree.length; at += at & -at) tree[at]! += pages;
  }

  /** Pages with a time up to this one. */
  private pagesUpTo(time: number): number {
    const { tree } = this;
    let pages = 0;
    for (let at = time; at > 0; at -= at & -at) pages += tree[at]!;
    return pages;
  }
}
