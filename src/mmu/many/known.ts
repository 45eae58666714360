/**
 * The translations that a TLB without end would hold: what the guest's and the VMM's removals have left. A TLB of any shape holds some of them.
 *
 * A translation belongs to a space: a context, or the global ones of contexts that share them. To remove a whole context its space is declared dead.
 */
import type { Contexts } from '../contexts.js';
import { enlarged } from '../enlarged.js';
import { HUGE, LARGE, SMALL, type PageIndex, type Size } from '../page-index.js';
import { Diverged } from './diverged.js';

/** Of translations that are removed one by one; nothing is ever put into it. */
const NOWHERE = 0;
const NONE = -1;

type ByKey = [Int32Array, Int32Array, Int32Array];

export class Known {
  /** By space. */
  dead = Uint8Array.of(1);
  // By number of a translation.
  frame = new Float64Array(1024);
  /** Rights that all copies in TLBs have, and those that any has: a walk may have found others than the one before it. */
  rights = new Uint8Array(1024);
  anyRights = new Uint8Array(1024);
  size = new Uint8Array(1024);
  global = new Uint8Array(1024);
  /** Page number in units of its size. */
  number = new Float64Array(1024);
  space = new Int32Array(1024);
  context = 0;
  private count = 0;
  private spaces = 1;
  /** Whether there has been one of more than 4 KiB, or a global one. */
  private others = false;
  // By context × 2 + global, where global translations stand under the first context that shares them: the space of what is put in now, and the
  // numbers of translations.
  private readonly spaceOf: number[] = [];
  private readonly indexes: (ByKey | undefined)[] = [];
  private own: ByKey = [new Int32Array(0), new Int32Array(0), new Int32Array(0)];

  constructor(
    private readonly index: PageIndex,
    private readonly contexts: Contexts,
  ) {}

  reserve(): void {
    for (const slots of this.indexes) if (slots !== undefined) this.widen(slots);
    this.own = this.indexOf(this.context, false);
  }

  select(context: number): void {
    this.context = context;
    this.own = this.indexOf(context, false);
  }

  /** The translation of a page in the current context; -1 if there is none. */
  find(key: number): number {
    const at = this.own[SMALL][key]!;
    const held = at >= 0 && this.dead[this.space[at]!] === 0;
    if (!this.others) return held ? at : NONE;
    return this.findAmongAll(key, held ? at : NONE);
  }

  /** System frame of the page with a key, where its translation gives a right; -1 where it does not, or there is none. */
  frameFor(key: number, need: number): number {
    const at = this.find(key);
    if (at < 0 || (this.rights[at]! & need) === 0) return -1;
    return this.frame[at]! + this.index.inside(this.size[at] as Size, key);
  }

  /** A translation that was not removed is found again: as another one, it would have to be known which of the two a TLB holds. */
  mustBe(at: number, size: Size, global: boolean): void {
    if (this.size[at] !== size || this.global[at] !== (global ? 1 : 0))
      throw new Diverged('a translation takes the place of another one that was not removed');
  }

  private findAmongAll(key: number, own: number): number {
    let found = own;
    for (const size of [SMALL, LARGE, HUGE] as const)
      for (const global of [false, true]) {
        const at = this.at(this.context, global, size, this.index.keyAt(size, key));
        if (at < 0 || at === own) continue;
        if (found >= 0) throw new Diverged('a page has two translations');
        found = at;
      }
    return found;
  }

  /** Of a context and a size; -1 if there is none, or it has been removed. */
  private at(context: number, global: boolean, size: Size, key: number): number {
    const at = this.indexes[this.home(context, global)]?.[size][key] ?? NONE;
    return at >= 0 && this.dead[this.space[at]!] === 0 ? at : NONE;
  }

  private home(context: number, global: boolean): number {
    return global ? this.contexts.sharing(context)[0]! * 2 + 1 : context * 2;
  }

  private indexOf(context: number, global: boolean): ByKey {
    const home = this.home(context, global);
    const slots = (this.indexes[home] ??= [new Int32Array(0), new Int32Array(0), new Int32Array(0)]);
    this.widen(slots);
    return slots;
  }

  private widen(slots: ByKey): void {
    for (const size of [SMALL, LARGE, HUGE] as const) {
      const keys = this.index.count(size);
      if (slots[size].length >= keys) continue;
      const wider = new Int32Array(Math.max(keys, 2 * slots[size].length, 64)).fill(NONE);
      wider.set(slots[size]);
      slots[size] = wider;
    }
  }

  /**
   * A translation of the current context; its number stays the same when it comes again.
   * @param key of the page of its size @param renewed rights that are looked up where all copies are new; of others there may be older ones
   */
  put(size: Size, key: number, frame: number, rights: number, global: boolean, renewed: number): number {
    const slots = this.indexOf(this.context, global);
    let at = slots[size][key]!;
    if (at < 0) {
      at = this.count++;
      if (at === this.frame.length) this.grow();
      slots[size][key] = at;
    }
    this.frame[at] = frame;
    const fresh = this.dead[this.space[at]!] === 1;
    const older = fresh ? 0 : ~renewed;
    this.rights[at] = rights & (this.rights[at]! | ~older);
    this.anyRights[at] = rights | (this.anyRights[at]! & older);
    this.size[at] = size;
    this.global[at] = global ? 1 : 0;
    this.number[at] = this.index.numberOf(size, key);
    if (fresh) this.space[at] = this.livingSpace(this.home(this.context, global));
    if (size !== SMALL || global) this.others = true;
    return at;
  }

  private livingSpace(home: number): number {
    const space = this.spaceOf[home];
    if (space !== undefined && this.dead[space] === 0) return space;
    const fresh = this.spaces++;
    if (fresh === this.dead.length) this.dead = enlarged(this.dead, 2 * fresh);
    return (this.spaceOf[home] = fresh);
  }

  /** A walk that only some TLBs made has found these rights. */
  meet(at: number, rights: number): void {
    this.rights[at]! &= rights;
    this.anyRights[at]! |= rights;
  }

  /** Removes the translations of a page from a context. @param gone is told of each while it is still there */
  invalidate(vpn: number, context: number, keepGlobal: boolean, gone: (at: number) => void): void {
    for (const size of [SMALL, LARGE, HUGE] as const) {
      const key = this.index.find(size, vpn);
      if (key < 0) continue;
      for (const global of keepGlobal ? [false] : [false, true]) {
        const at = this.at(context, global, size, key);
        if (at < 0) continue;
        gone(at);
        this.space[at] = NOWHERE;
      }
    }
  }

  /** Removes all translations of some contexts. */
  remove(contexts: readonly number[], keepGlobal: boolean): void {
    for (const context of contexts) {
      this.bury(this.home(context, false));
      if (keepGlobal) continue;
      if (this.others && this.contexts.sharing(context).some((other) => !contexts.includes(other)))
        throw new Diverged('global translations are removed from some of the contexts that share them');
      this.bury(this.home(context, true));
    }
  }

  private bury(home: number): void {
    const space = this.spaceOf[home];
    if (space !== undefined) this.dead[space] = 1;
  }

  private grow(): void {
    const size = 2 * this.frame.length;
    this.frame = enlarged(this.frame, size);
    this.number = enlarged(this.number, size);
    this.rights = enlarged(this.rights, size);
    this.anyRights = enlarged(this.anyRights, size);
    this.size = enlarged(this.size, size);
    this.global = enlarged(this.global, size);
    this.space = enlarged(this.space, size);
  }
}
