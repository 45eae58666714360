/** A random machine whose product half has walk caches, a nested TLB and tags; tables are changed in both halves at once. */
import type { NestedTlbConfig, WalkCacheConfig } from '../../src/config/machine-schema.js';
import { Contexts, type Context } from '../../src/mmu/contexts.js';
import { INVALIDATIONS, type Scope } from '../../src/mmu/invalidation.js';
import { NestedTlb } from '../../src/mmu/nested-tlb.js';
import { PageIndex } from '../../src/mmu/page-index.js';
import { TlbHierarchy } from '../../src/mmu/tlb/tlb-hierarchy.js';
import { TranslationCaches } from '../../src/mmu/translation-caches.js';
import { createWalkCache } from '../../src/mmu/walk-cache/index.js';
import { classify, type Paging } from '../reference/entries.js';
import { Product } from '../reference/product.js';
import { RandomMachine, type Dice, type Shape } from '../reference/random-machine.js';
import { loadPdptes, type Access, type Machine } from '../reference/translate.js';
import { configOf } from '../support/machine.js';

const { tlb } = configOf().machine;
const NO_PAGES = { size: 0, vpn: new Float64Array(0) };

export interface CachesUnderTest {
  readonly walkCache: WalkCacheConfig | null;
  readonly nestedTlb: NestedTlbConfig | null;
}

export class CachedMachine {
  readonly random: RandomMachine;
  readonly machine: Machine;
  readonly product: Product;
  readonly control: TranslationCaches;
  /** Whether PDPTEs are registers. */
  private readonly loads: boolean;
  readonly eptp: number;

  constructor(
    shape: Shape,
    readonly dice: Dice,
    { walkCache, nestedTlb }: CachesUnderTest,
  ) {
    this.random = new RandomMachine(shape, dice);
    this.machine = this.random.machine;
    this.product = new Product(this.machine);
    const { walker } = this.product;
    const cache = walkCache === null ? null : createWalkCache(walkCache);
    walker.setWalkCache(cache, walkCache?.dimensions === '2d');
    walker.nestedTlb = nestedTlb === null ? null : new NestedTlb(nestedTlb);
    const contexts = new Contexts();
    const none = new TlbHierarchy(tlb, new PageIndex(NO_PAGES), contexts);
    this.control = new TranslationCaches(contexts, none, walker);
    this.eptp = shape.host === null ? 0 : 1;
    this.loads = shape.guest === 'pae' && (shape.host === null || shape.host === 'ept');
    this.enter(1, 0);
    if (this.loads) this.load();
  }

  /** PCIDs are for long mode. */
  get pcids(): readonly number[] {
    const { mode } = this.machine.guest;
    return mode === '4level' || mode === '5level' ? [0, 1] : [0];
  }

  enter(vpid: number, pcid: number): void {
    this.control.enter({ vpid, pcid, eptp: this.eptp });
  }

  /** MOV to CR3: root and, in long mode, PCID. A PAE guest's load that is refused leaves everything as it was. */
  switchRoot(to: 0 | 1, keep: boolean): void {
    const before = this.machine.guest.root;
    const pcid = this.pcids.length > 1 ? to : 0;
    this.setRoot(this.random.roots[to]);
    if (this.loads && !this.load()) this.setRoot(before);
    const { vpid } = this.control.context;
    this.enter(vpid, pcid);
    this.control.remove(INVALIDATIONS.cr3Write(this.control.context, pcid, keep && this.pcids.length > 1));
  }

  /** CR3 goes with the context: each PCID has its root. */
  restore({ vpid, pcid }: Context): void {
    this.enter(vpid, pcid);
    if (this.pcids.length > 1) this.setRoot(this.random.roots[pcid as 0 | 1]);
    else this.remove(INVALIDATIONS.cr3Write(this.control.context, pcid, false)); // another VPID may have had another root
  }

  remove(scope: Scope): void {
    this.control.remove(scope);
  }

  /** Writes an entry in both halves; returns what stood there. */
  change(nested: boolean, address: bigint, value: bigint): bigint {
    const bytes = (nested ? this.machine.host! : this.machine.guest).mode === '32bit' ? 4 : 8;
    const before = this.machine.memory.read(address, bytes);
    this.machine.memory.write(address, bytes, value);
    this.product.write(address & ~7n, this.machine.memory.read(address & ~7n, 8));
    return before;
  }

  isAbsent(nested: boolean, level: number, value: bigint): boolean {
    return classify(nested ? this.machine.host! : this.machine.guest, level, value).kind === 'absent';
  }

  /** What the hardware removes at a fault besides what the walk itself did. */
  faulted({ linear }: Access, kind: unknown): void {
    const { context } = this.control;
    const vpn = Number(linear >> 12n);
    if (kind === 'pf') this.remove(INVALIDATIONS.pageFault(context, vpn));
    if (kind === 'npf' || kind === 'eptViolation' || kind === 'eptMisconfig')
      this.remove(INVALIDATIONS.nestedFault(context, vpn));
  }

  private setRoot(root: bigint): void {
    (this.machine as { guest: Paging }).guest = { ...this.machine.guest, root };
    this.product.walker.guest.setRoot(Number(root));
  }

  private load(): boolean {
    const { walker } = this.product;
    const held = this.machine.pdptes;
    const registers = walker.guest.pdptes;
    const [low, high] = [registers?.low.slice(), registers?.high.slice()];
    const wanted = loadPdptes(this.machine);
    const { outcome } = this.product.loadPdptes(this.machine);
    if (JSON.stringify(outcome) !== JSON.stringify(wanted.outcome)) throw new Error('loads of PDPTEs differ');
    if (outcome['kind'] === 'ok') return true;
    this.machine.pdptes = held ?? [0n, 0n, 0n, 0n];
    walker.guest.pdptes!.low.set(low ?? [0, 0, 0, 0]);
    walker.guest.pdptes!.high.set(high ?? [0, 0, 0, 0]);
    return false;
  }
}

/** Any walk cache and nested TLB, small enough to evict. */
export function randomCaches(dice: Dice, organisation: WalkCacheConfig['organisation'] | null): CachesUnderTest {
  const geometry = () =>
    dice.pick([1, 2, 3, 4, 24].flatMap((entries) => waysOf(entries).map((ways) => ({ entries, ways }))));
  const dimensions = dice.pick(['1d', '2d'] as const);
  const level = () => (dice.chance(0.7) ? geometry() : null);
  const nestedTlb = dice.chance(0.5)
    ? { ...geometry(), holds: dice.pick(['tables', 'all'] as const), cycles: 1 }
    : null;
  const rest = { dimensions, cycles: 1 };
  const walkCache = (): WalkCacheConfig | null => {
    if (organisation === null) return null;
    if (organisation !== 'sptc' && organisation !== 'stc') return { organisation, ...geometry(), ...rest };
    return { organisation, pml5e: level(), pml4e: level(), pdpte: level(), pde: geometry(), ...rest };
  };
  return { walkCache: walkCache(), nestedTlb };
}

function waysOf(entries: number): number[] {
  return [0, 1, 2].filter((ways) => ways === 0 || entries % ways === 0);
}
