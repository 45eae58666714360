/** One TLB level for one kind of access: an array for each page size, or one array that all sizes share. */
import type { TlbLevelConfig } from '../../config/schema.js';
import { LARGE, SMALL, TlbArray } from './tlb-array.js';
import type { PageIndex } from '../page-index.js';

export class TlbLevel {
  readonly small: TlbArray;
  /** Where 2 MiB translations are held, or null when this level holds none. */
  readonly large: TlbArray | null;
  private readonly arrays: readonly TlbArray[];

  constructor(config: TlbLevelConfig) {
    if ('shared' in config) {
      this.small = this.large = new TlbArray(config.shared);
      this.arrays = [this.small];
    } else {
      this.small = new TlbArray(config['4k']);
      this.large = config['2m'] === null ? null : new TlbArray(config['2m']);
      this.arrays = this.large === null ? [this.small] : [this.small, this.large];
    }
  }

  reserve(index: PageIndex): void {
    for (const array of this.arrays) array.reserve(index.size, index.regions);
  }

  selectTag(tag: number): void {
    for (const array of this.arrays) array.selectTag(tag);
  }

  invalidate(pageKey: number, regionKey: number): void {
    this.small.invalidate(SMALL, pageKey);
    this.large?.invalidate(LARGE, regionKey);
  }

  flush(keepGlobal: boolean): void {
    for (const array of this.arrays) array.flush(keepGlobal);
  }
}
