/** Which level of the guest's tables a guest frame holds: looked for from the root on, and kept up with the guest's writes. */
import { PTE, type TableFormat } from '../memory/formats/index.js';
import { entryFrame } from '../memory/page-table.js';
import type { PagingStrategy } from '../paging/strategy.js';

export class GuestLevels {
  private readonly levels = new Map<number, number>();

  constructor(
    private readonly strategy: PagingStrategy,
    private readonly format: TableFormat,
  ) {}

  /** 0 where no table is known. */
  of(frame: number): number {
    if (!this.levels.has(this.strategy.guestRoot)) this.add(this.strategy.guestRoot, this.format.levels);
    return this.levels.get(frame) ?? 0;
  }

  /** An entry has been written: what it points to is a table of the next level. */
  written(frame: number, low: number, high: number): void {
    const level = this.of(frame);
    if (level > 1 && this.isPointer(low)) this.levels.set(entryFrame(low, high), level - 1);
  }

  private add(frame: number, level: number): void {
    if (this.levels.has(frame)) return;
    this.levels.set(frame, level);
    if (level === 1) return;
    const { entryBytes, levels, rootBytes } = this.format;
    const entries = (level === levels ? rootBytes : 4096) / entryBytes;
    for (let index = 0; index < entries; index++) {
      const low = this.strategy.readWord(frame, (index * entryBytes) / 4);
      if (!this.isPointer(low)) continue;
      this.add(entryFrame(low, entryBytes === 8 ? this.strategy.readWord(frame, index * 2 + 1) : 0), level - 1);
    }
  }

  private isPointer(low: number): boolean {
    return (low & PTE.present) !== 0 && (low & PTE.large) === 0;
  }
}
