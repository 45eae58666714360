/** Times in which nothing changes that walks read: table words, and the roots that walks begin at. */
import type { Walker } from './walker.js';

export class TableEra {
  /** The era as it was when it was last asked for; the first is 1. */
  now = 0;
  private changes = -1;
  private root = -1;
  private hostRoot = -1;

  constructor(private readonly walker: Walker) {}

  /** Whether another era has begun since this was last asked. */
  hasChanged(): boolean {
    const { memory, guest, host } = this.walker;
    const hostRoot = host?.root ?? -1;
    if (memory.changes === this.changes && guest.root === this.root && hostRoot === this.hostRoot) return false;
    this.changes = memory.changes;
    this.root = guest.root;
    this.hostRoot = hostRoot;
    this.now++;
    return true;
  }

  /** Whether table words are still those of the era. */
  get holds(): boolean {
    return this.walker.memory.changes === this.changes;
  }
}
