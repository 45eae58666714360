/** The shadow roots that a VMM keeps: a change to one of them costs no new table. */
import type { ShadowPage } from './shadow-page.js';

export class Roots {
  private kept: ShadowPage[] = [];
  /** Of these the last, which is asked for at each miss. */
  private last: ShadowPage | undefined = undefined;

  constructor(private readonly most: number) {}

  /** The root in use; undefined before the first, and when it has been given up. */
  get current(): ShadowPage | undefined {
    const { last } = this;
    return last?.alive === true ? last : undefined;
  }

  use(root: ShadowPage): void {
    this.kept = [...this.kept.filter((one) => one !== root && one.alive), root];
    this.last = root;
    root.isRoot = true;
    root.writes = 0;
    while (this.kept.length > this.most) this.kept.shift()!.isRoot = false;
  }

  /** The guest has changed to a root that is kept, and the VMM does not know. */
  change(root: ShadowPage): void {
    this.last = root;
  }

  get all(): readonly ShadowPage[] {
    return this.kept.filter(({ alive }) => alive);
  }
}
