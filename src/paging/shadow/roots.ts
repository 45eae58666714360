/** The shadow roots that a VMM keeps: a change to one of them costs no new table. */
import type { ShadowPage } from './shadow-page.js';

export class Roots {
  /** The one in use last. */
  private kept: ShadowPage[] = [];

  constructor(private readonly most: number) {}

  /** The root in use; undefined before the first, and when it has been given up. */
  get current(): ShadowPage | undefined {
    const root = this.kept.at(-1);
    return root?.alive === true ? root : undefined;
  }

  use(root: ShadowPage): void {
    this.kept = [...this.kept.filter((one) => one !== root && one.alive), root];
    root.isRoot = true;
    root.writes = 0;
    while (this.kept.length > this.most) this.kept.shift()!.isRoot = false;
  }

  get all(): readonly ShadowPage[] {
    return this.kept.filter(({ alive }) => alive);
  }
}
