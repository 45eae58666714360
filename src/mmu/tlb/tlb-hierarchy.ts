/** The TLBs of one processor: instruction and data L1, and an L2 that both share or that is split like the first. */
import type { Machine } from '../../config/schema.js';
import type { TlbControl } from '../../paging/strategy.js';
import type { PageIndex } from '../page-index.js';
import { TlbLevel } from './tlb-level.js';

export class TlbHierarchy implements TlbControl {
  readonly l1i: TlbLevel;
  readonly l1d: TlbLevel;
  readonly l2i: TlbLevel | null;
  readonly l2d: TlbLevel | null;
  /** Whole-TLB flushes, by guest or VMM. */
  flushes = 0;
  private readonly levels: readonly TlbLevel[];

  constructor(
    config: Machine['tlb'],
    readonly index: PageIndex,
  ) {
    this.l1i = new TlbLevel(config.l1i);
    this.l1d = new TlbLevel(config.l1d);
    if (config.l2 === null) {
      this.l2i = this.l2d = null;
    } else if ('unified' in config.l2) {
      this.l2i = this.l2d = new TlbLevel(config.l2.unified);
    } else {
      this.l2i = new TlbLevel(config.l2.instruction);
      this.l2d = new TlbLevel(config.l2.data);
    }
    const levels = [this.l1i, this.l1d, this.l2i, this.l2d].filter((level) => level !== null);
    this.levels = [...new Set(levels)];
    this.reserve();
  }

  /** Makes room for the pages that the index knows. */
  reserve(): void {
    for (const level of this.levels) level.reserve(this.index);
  }

  selectTag(tag: number): void {
    for (const level of this.levels) level.selectTag(tag);
  }

  invalidatePage(vpn: number): void {
    const page = this.index.pageKey(vpn);
    const region = this.index.regionKey(vpn);
    for (const level of this.levels) level.invalidate(page, region);
  }

  flush(keepGlobal: boolean): void {
    this.flushes++;
    for (const level of this.levels) level.flush(keepGlobal);
  }
}
