/** A spine for references of which is known that no TLB holds them: the rest of the trace is passed over. */
import { LAST_REFERENCE, type EventBatch } from '../../trace/event.js';
import { MissPath } from '../miss-path.js';
import type { PageIndex } from '../page-index.js';
import type { Spine, SpineParts, Tlb, TranslationUnit } from '../spine.js';
import { trailOf } from './trail.js';

/** Holds nothing. */
class NoTlb implements Tlb {
  constructor(readonly index: PageIndex) {}
  reserve(): void {
    // No page has a place here.
  }
  select(): void {
    // Nor has a context.
  }
  invalidate(): void {
    // There is nothing to remove.
  }
  remove(): void {
    // There is nothing to remove.
  }
}

export class MissReplay implements Spine, TranslationUnit<NoTlb> {
  readonly refsByKind = new Float64Array(LAST_REFERENCE + 1);
  readonly runsByKind = new Float64Array(LAST_REFERENCE + 1);
  readonly firstLevelMisses = 0;
  /** Of the batch that comes next: its rows that miss, and its events. */
  rows: Uint32Array = new Uint32Array(0);
  /** Where the walks have ended: see trail.ts. */
  trail = 0;
  private at = 0;
  private path: MissPath | null = null;
  private index: PageIndex | null = null;

  tlb(_config: unknown, index: PageIndex): NoTlb {
    return new NoTlb(index);
  }

  spine({ index }: NoTlb, { control, strategy, guest, counters, privilege }: SpineParts): Spine {
    this.index = index;
    this.path = new MissPath(index, control, strategy, guest, counters, privilege);
    return this;
  }

  replay(batch: EventBatch, from: number): number {
    const { rows } = this;
    const { kind, page, length } = batch;
    if (from === 0) this.at = 0;
    for (; this.at < rows.length; this.at++) {
      const row = rows[this.at]!;
      const what = kind[row]!;
      if (what > LAST_REFERENCE) {
        this.at++;
        return row;
      }
      const path = this.path!;
      const key = page[row]!;
      const translation = path.translate(batch, row, key, what);
      if (translation === null) continue;
      const base = translation.frame - this.index!.inside(path.size, key);
      this.trail = (this.trail + trailOf(base, translation.rights, translation.pageShift)) | 0;
    }
    return length;
  }

  held(): number {
    return -1;
  }
}
