/** Collects what a walk does as steps. Set as the walker's observer for the walks that are explained, and for no others. */
import { offsetOf } from '../memory/address.js';
import { wideHigh, wideLow } from '../memory/formats/index.js';
import { entryFrame } from '../memory/page-table.js';
import type { Dimension } from '../mmu/dimension.js';
import { GUEST, NESTED, SAVED_BY, SHADOW, type Saver, type WalkObserver } from '../mmu/walk-observer.js';
import type { Walker } from '../mmu/walker.js';
import { entryFlags, isReserved } from './entry-fields.js';
import { hex, hex64 } from './hex.js';
import type { DimensionName, Place, Step, Tables, Target } from './step.js';

/** What is being looked for when it is no entry of the guest's tables. */
const DATA = 0;
const SERVED_BY = ['L1', 'L2', 'L3', 'memory'] as const;

export class Recorder implements WalkObserver {
  private steps: Step[] = [];
  private references = 0;
  /** Level of the guest's entry that nested tables are walked for, or DATA. */
  private wanted = DATA;
  private loading = false;
  /** Low halves of the entries read, as they are now. */
  private readonly lows = new Map<number, number>();

  constructor(
    private readonly walker: Walker,
    private readonly first: Tables['first'],
  ) {}

  get tables(): Tables {
    const { guest, host } = this.walker;
    return {
      first: this.first,
      guestFormat: guest.format.name,
      guestLevels: guest.levels,
      nestedFormat: host?.format.name ?? null,
      nestedLevels: host?.levels ?? 0,
    };
  }

  /** A walk begins. @param loading it loads PDPTE registers */
  begin(loading: boolean): void {
    const { levels, pdptes } = this.walker.guest;
    this.steps = [];
    this.references = 0;
    this.loading = loading;
    this.wanted = pdptes === null || loading ? levels : levels - 1;
    this.lows.clear();
  }

  end(): Step[] {
    return this.steps;
  }

  reference(dimension: number, level: number, address: number, low: number, high: number, served: number): void {
    const tables = this.tablesOf(dimension);
    this.lows.set(address, low);
    this.steps.push({
      kind: 'reference',
      number: ++this.references,
      ...this.place(dimension, level),
      address: hex(address),
      index: (offsetOf(address) - (level === tables.levels ? tables.rootWord * 4 : 0)) / tables.format.entryBytes,
      value: hex64(low, high),
      flags: entryFlags(tables, level, low, high),
      target: this.target(dimension, level, low, high),
      servedBy: SERVED_BY[served as 0 | 1 | 2 | 3],
    });
    if (dimension !== NESTED && !this.loading) this.wanted = tables.isLeaf(low, level) ? DATA : level - 1;
  }

  saved(dimension: number, level: number, by: Saver): void {
    const name = by === SAVED_BY.walkCache ? 'walk cache' : 'nested TLB';
    this.steps.push({ kind: 'saved', ...this.place(dimension, level), by: name });
    // Leaves are never kept there.
    if (dimension !== NESTED) this.wanted = level - 1;
  }

  update(dimension: number, level: number, address: number, low: number, high: number): void {
    const tables = this.tablesOf(dimension);
    const set = low & ~(this.lows.get(address) ?? 0);
    this.lows.set(address, low);
    const sets = [...((set & tables.accessed) !== 0 ? ['A'] : []), ...((set & tables.dirty) !== 0 ? ['D'] : [])];
    const place = this.place(dimension, level);
    this.steps.push({ kind: 'update', ...place, address: hex(address), value: hex64(low, high), sets });
  }

  private tablesOf(dimension: number): Dimension {
    return dimension === NESTED ? this.walker.host! : this.walker.guest;
  }

  private place(dimension: number, level: number): Place {
    const { guest, host } = this.walker;
    const name: DimensionName = dimension === NESTED ? 'nested' : dimension === SHADOW ? 'shadow' : this.first;
    const label = `${name[0]!}L${level}`;
    const fromRoot = (tables: Dimension, at: number): number => tables.levels - at + 1;
    if (dimension !== NESTED) {
      const order = `${name === 'shadow' ? 'S' : 'G'}${fromRoot(guest, level)}`;
      return { dimension: name, level, label, order, serves: null };
    }
    const data = this.wanted === DATA;
    const order = `${data ? 'UD' : `G${fromRoot(guest, this.wanted)}`}H${fromRoot(host!, level)}`;
    return { dimension: name, level, label, order, serves: data ? 'data' : `gL${this.wanted}` };
  }

  private target(dimension: number, level: number, low: number, high: number): Target | null {
    const tables = this.tablesOf(dimension);
    const leaf = tables.isLeaf(low, level);
    if ((low & tables.presentMask) === 0 || isReserved(tables, level, low, high)) return null;
    const { host, map } = this.walker;
    const space = dimension === GUEST && (host !== null || map !== null) ? 'guest-physical' : 'system-physical';
    const wide = leaf && tables.narrow && level > 1;
    const shift = leaf ? tables.pageShift[level]! : 12;
    const frame = wide ? entryFrame(wideLow(low), wideHigh(low), shift) : entryFrame(low, high, shift);
    return { space, address: hex(frame * 4096), pageBytes: leaf ? 2 ** shift : null };
  }
}
