/** Counts how often walks read each table entry, and tells what an entry is for. */
import { entryFrame } from '../../memory/page-table.js';
import { GUEST, NESTED, type WalkObserver } from '../../mmu/walk-observer.js';

interface Entry {
  readonly dimension: number;
  readonly level: number;
  uses: number;
  /** What it leads to, while present. */
  frame: number;
}

export class EntryUses implements WalkObserver {
  private readonly entries = new Map<number, Entry>();
  /** System frames of the guest's tables. */
  private readonly guestTables = new Set<number>();

  reference(dimension: number, level: number, address: number, low: number, high: number): void {
    let entry = this.entries.get(address);
    if (entry === undefined) this.entries.set(address, (entry = { dimension, level, uses: 0, frame: -1 }));
    entry.uses++;
    if (low !== 0 || high !== 0) entry.frame = entryFrame(low, high);
    if (dimension === GUEST) this.guestTables.add(Math.floor(address / 4096));
  }

  update(): void {
    // Setting a bit is no read.
  }

  get unique(): number {
    return this.entries.size;
  }

  get uses(): number {
    return this.sorted().reduce((sum, uses) => sum + uses, 0);
  }

  /** Share of all reads that go to the most used entries, given as a share of all entries. */
  readsOfMostUsed(share: number): number {
    const most = this.sorted().slice(0, Math.floor(share * this.unique));
    return most.reduce((sum, uses) => sum + uses, 0) / this.uses;
  }

  /** Entries by what they are: nL1,gPA and gL1,G are Bhargava's names of the last host and guest entry. */
  classes(): ReadonlyMap<string, number> {
    const classes = new Map<string, number>();
    for (const entry of this.entries.values()) {
      const name = this.classOf(entry);
      classes.set(name, (classes.get(name) ?? 0) + 1);
    }
    return classes;
  }

  private classOf({ dimension, level, frame }: Entry): string {
    if (dimension !== NESTED) return `gL${level},G`;
    if (level > 1) return `nL${level}`;
    return this.guestTables.has(frame) ? 'nL1 of guest tables' : 'nL1,gPA';
  }

  private sorted(): number[] {
    return Array.from(this.entries.values(), ({ uses }) => uses).toSorted((a, b) => b - a);
  }
}
