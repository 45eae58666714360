/**
 * Which mode each table of the guest is in, and when that changes. From shadow to nested: a table written twice in an interval, and all below
 * it. Back: a table whose page is clean in the nested tables at the end of an interval; of what is below it, what is dirty stays.
 */
import { PTE, type TableFormat } from '../../memory/formats/index.js';
import { entryFrame, readHigh, readLow } from '../../memory/page-table.js';
import type { NestedTables } from '../nested-tables.js';
import type { ShadowPage } from '../shadow/shadow-page.js';
import { ENTRIES } from '../shadow/shadow-page.js';
import type { ShadowTables } from '../shadow/shadow-tables.js';
import type { Platform } from '../strategy.js';
import { NestedMode } from './nested-mode.js';

export class Modes {
  readonly nested = new NestedMode();
  /** Writes to shadowed tables in the present interval. */
  private readonly writes = new Map<number, number>();
  /** The interval in which each root was met. */
  private readonly metIn = new Map<number, number>();

  constructor(
    private readonly platform: Platform,
    private readonly format: TableFormat,
    private readonly tables: ShadowTables,
    private readonly nestedTables: NestedTables,
  ) {}

  /** The guest loads a root. */
  meet(root: number, interval: number): void {
    if (!this.metIn.has(root)) this.metIn.set(root, interval);
  }

  /** Whether a root is still walked in two dimensions because its process may not live long. */
  isNew(root: number, interval: number): boolean {
    const { nestedAtFirst } = this.platform.policy.agile;
    return nestedAtFirst > 0 && interval - (this.metIn.get(root) ?? interval) < nestedAtFirst;
  }

  /** A write to a shadowed table; true if there were so many in this interval that it is moved. */
  wrote(guestFrame: number): boolean {
    const count = (this.writes.get(guestFrame) ?? 0) + 1;
    this.writes.set(guestFrame, count);
    return count >= this.platform.policy.agile.writesToNest;
  }

  toNested(guestFrame: number): void {
    const shadows = [...this.tables.shadowsOf(guestFrame)];
    this.nested.add(guestFrame, Math.max(...shadows.map(({ level }) => level)));
    this.platform.counters.movesToNested++;
    for (const page of shadows) this.giveUp(page);
    this.nestedTables.mapAlone(guestFrame);
    this.nestedTables.soil(guestFrame);
  }

  /** An interval is over. */
  lookAgain(): void {
    this.writes.clear();
    const looked = new Set<number>();
    for (const { guestFrame, level } of this.nested.tables) this.look(guestFrame, level, looked);
    this.nestedTables.cleanAll();
  }

  private look(guestFrame: number, level: number, looked: Set<number>): void {
    if (looked.has(guestFrame)) return;
    looked.add(guestFrame);
    if (this.nestedTables.isDirty(guestFrame)) return this.nested.add(guestFrame, level);
    if (this.nested.has(guestFrame)) this.platform.counters.movesToShadow++;
    for (const place of this.nested.remove(guestFrame)) this.tables.unlinkGuest(place, guestFrame);
    for (const child of this.tablesBelow(guestFrame, level)) this.look(child, level - 1, looked);
  }

  private *tablesBelow(guestFrame: number, level: number): Generator<number> {
    const { memory, host } = this.platform;
    const frame = host.frameOf(guestFrame);
    for (let index = 0; level > 1 && index < ENTRIES; index++) {
      const low = readLow(memory, this.format, frame, index);
      if ((low & PTE.present) !== 0 && (low & PTE.large) === 0)
        yield entryFrame(low, readHigh(memory, this.format, frame, index));
    }
  }

  /** Gives up a shadow table and those below it that nothing else leads to. */
  private giveUp(page: ShadowPage): void {
    const below: ShadowPage[] = [];
    for (let index = 0; page.level > 1 && index < ENTRIES; index++) {
      const child = this.tables.child(page, index);
      if (child !== undefined) below.push(child);
    }
    this.tables.zap(page);
    for (const child of below) if (child.alive && child.parents.size === 0 && !child.isRoot) this.giveUp(child);
  }
}
