/** One replay for many TLBs: what each of them would have counted alone. See src/mmu/many. */
import type { Machine } from '../config/machine-schema.js';
import { ManyTlbs, ManyTlbsSpine, type MissListener } from '../mmu/many/many-tlbs.js';
import type { TranslationUnit } from '../mmu/spine.js';
import { definitionOf } from '../paging/index.js';
import type { EventBatch, PageDictionary } from '../trace/event.js';
import type { CellResult } from './cell-result.js';
import { CellWith, type CellSpec } from './cell.js';
import { processorWith } from './processor.js';

/** Who is told of the rows that miss, batch by batch. */
export interface BatchListener extends MissListener {
  begin(batch: EventBatch): void;
  /** A batch has been gone through. */
  ended(batch: EventBatch): void;
}

export class ManyCells {
  private readonly cell: CellWith<ManyTlbs>;
  private readonly spine: ManyTlbsSpine;

  /**
   * @param spec of all, but for the TLBs; what caches table entries is left out
   * @param tlbs distinct ones, of one outline, for which `notStacked` is null
   */
  constructor(
    spec: CellSpec,
    private readonly tlbs: readonly Machine['tlb'][],
    pages: PageDictionary,
    private readonly listener: BatchListener | null = null,
  ) {
    const bare = withoutCaches(spec);
    const spines: ManyTlbsSpine[] = [];
    const unit: TranslationUnit<ManyTlbs> = {
      tlb: (_config, index, contexts) => new ManyTlbs(tlbs, index, contexts),
      spine: (tlb, parts, walker) => {
        const spine = new ManyTlbsSpine(tlb, parts, walker);
        spines.push(spine);
        return spine;
      },
    };
    const { virtualized } = definitionOf(spec.strategy);
    this.cell = new CellWith(bare, processorWith(unit, bare.config, virtualized, false, pages));
    this.spine = spines[0]!;
    this.spine.listener = listener;
  }

  replay(batch: EventBatch): void {
    this.listener?.begin(batch);
    this.cell.replay(batch);
    this.listener?.ended(batch);
  }

  /** By TLB: what it counts where nothing caches table entries. */
  results(): CellResult[] {
    return this.tlbs.map((_, tlb) => this.result(tlb));
  }

  /** By TLB: what its walks have ended in. */
  trails(): number[] {
    return this.tlbs.map((_, tlb) => this.spine.walks.trailOf(tlb));
  }

  private result(tlb: number): CellResult {
    const { cell, spine } = this;
    const { lookUps, walks } = spine;
    const { walks: beyond, splintered, peak } = walks.beyond(tlb);
    const { counters } = cell;
    return cell.resultWith(
      lookUps.unknown + lookUps.firstMissesOf(tlb),
      {
        ...counters,
        l2TlbHits: lookUps.firstMissesOf(tlb) - lookUps.misses[tlb]!,
        tlbMisses: lookUps.unknown + lookUps.misses[tlb]!,
        rewalks: lookUps.rewalks[tlb]!,
        splinteredFills: counters.splinteredFills + splintered,
        physicalMismatches: counters.physicalMismatches + walks.mismatches[tlb]! - walks.madeMismatches,
      },
      cell.platform.walker.tally.adjusted(beyond, peak),
    );
  }
}

/** What one replay for all can do without: they have no part in what TLBs hold. */
function withoutCaches(spec: CellSpec): CellSpec {
  const machine = { ...spec.config.machine, walkCache: null, nestedTlb: null, pteCacheShare: 0 };
  return { ...spec, config: { ...spec.config, machine } };
}
