/**
 * The hardware page walker in two dimensions: guest tables, each of whose entries is found through nested tables.
 * A native (or shadow) walk is the case in which the second dimension returns its input.
 *
 * AMD64 APM vol. 2, 5 and 15.25; Intel SDM vol. 3A, 4. No caches of any kind: those are other models, asked before this one.
 * An access whose walk faults leaves accessed bits alone, where real processors may have set some on the way down.
 */
import { indexAt } from '../memory/address.js';
import { FORMATS, PTE, wideHigh, wideLow } from '../memory/formats/index.js';
import type { FrameMap } from '../memory/frame-map.js';
import type { PhysicalMemory } from '../memory/physical.js';
import { ACCESS, Dimension, FAULT } from './dimension.js';
import { markPath } from './mark.js';
import { NestedWalk } from './nested-walk.js';
import { PdpteRegisters } from './pdpte-registers.js';
import { keyForbids } from './protection-key.js';
import { GUEST } from './walk-observer.js';
import { WalkResult, type WalkStart } from './walk-result.js';

/** How a walk ended. `generalProtection`: an address that is not canonical, before any reference, or an illegal PDPTE. */
export const WALK = { ok: 0, guestFault: 1, nestedFault: 2, generalProtection: 3 } as const;
export type WalkStatus = (typeof WALK)[keyof typeof WALK];

/** A nested walk for an entry of the guest's tables is a user write, whatever the guest's access is. */
const TABLE_ACCESS = ACCESS.user | ACCESS.write;
/** What of a guest's access a nested walk for its data sees, as a user access. */
const DATA_ACCESS = ACCESS.write | ACCESS.fetch;

export class Walker extends WalkResult {
  /** Takes the place of nested tables without making references: how a VMM reads guest tables in software. */
  map: FrameMap | null = null;
  /** False for software walks that must leave accessed and dirty bits of guest tables alone. */
  marks = true;

  constructor(
    memory: PhysicalMemory,
    guest: Dimension = new Dimension(FORMATS['4level'], 0),
    host: Dimension | null = null,
  ) {
    super(memory, guest, new NestedWalk(memory), host);
  }

  /**
   * Translates virtual page `vpn` for an access (see ACCESS); with a `start`, from a table further down, as a page-walk cache
   * lets it. Entries above the start must be as they were when it was kept.
   */
  walk(vpn: number, access: number, start: WalkStart | null = null): WalkStatus {
    const guest = this.guest;
    const memory = this.memory;
    const { levels, narrow, indexBits, indexMask, bareLevel, presentMask, stopLow, stopHigh } = guest;
    this.refs = 0;
    this.tally.begin();
    this.lastLevel = levels + 1;
    if (levels === 0) return this.unpaged(vpn, access);
    if (vpn >= guest.holeStart && vpn < guest.holeEnd) return WALK.generalProtection;

    const direct = this.host === null && this.map === null;
    const watched = this.observer !== null || this.pteCache !== null;
    const lower = guest.lowerOf(vpn);
    const upper = guest.upperOf(vpn);
    let table = guest.root;
    let rootWord = guest.rootWord;
    let shift = guest.topShift;
    let rights = -1;
    let anyHigh = 0;
    let low = 0;
    let high = 0;
    let level = levels;
    let system = -1;
    if (start !== null) {
      level = start.level;
      table = start.table;
      system = start.system;
      rights = start.rights;
      anyHigh = start.anyHigh;
      shift = indexBits * (level - 1);
      if (level < levels) rootWord = 0;
    } else if (guest.pdptes !== null) {
      const top = indexAt(lower, upper, shift, indexMask);
      low = guest.pdptes.low[top]!;
      if ((low & presentMask) === 0) return this.guestFault(access, 0);
      table = (low >>> 12) + (guest.pdptes.high[top]! & 0xfffff) * 0x100000;
      rootWord = 0;
      shift -= indexBits;
      level--;
    }
    const first = level;
    for (; ; level--) {
      const index = indexAt(lower, upper, shift, indexMask);
      const inFrame = (narrow ? index : index << 1) + rootWord;
      let frame = table;
      if (system >= 0) {
        frame = system;
        system = -1;
      } else if (!direct) {
        frame = this.locate(table, TABLE_ACCESS);
        if (frame < 0) {
          if (level < first) this.count(first, level + 1);
          return this.nestedFault(table, inFrame << 2, true);
        }
      }
      const word = memory.baseOf(frame) + inFrame;
      low = memory.words[word]!;
      if (!narrow) high = memory.words[word + 1]!;
      this.pathFrame[level] = table;
      this.pathWord[level] = word;
      if (watched) this.watch(level, frame, word);
      rights &= level === bareLevel ? -1 : low;
      anyHigh |= high;
      if ((low & presentMask) === 0 || ((low & stopLow[level]!) | (high & stopHigh[level]!)) !== 0) break;
      table = high === 0 ? low >>> 12 : (low >>> 12) + (high & 0xfffff) * 0x100000;
      rootWord = 0;
      shift -= indexBits;
    }
    this.count(first, level);

    if ((low & presentMask) === 0) return this.guestFault(access, 0);
    if (!guest.isLeaf(low, level)) return this.guestFault(access, FAULT.present | FAULT.reserved);
    const rawLow = low;
    if (narrow && level > 1) {
      high = wideHigh(low);
      low = wideLow(low);
    }
    if (((low & guest.leafReservedLow[level]!) | (high & guest.leafReservedHigh)) !== 0) {
      return this.guestFault(access, FAULT.present | FAULT.reserved);
    }
    const required = guest.required[access]!;
    const key = guest.keyed && keyForbids(guest.controls, access, (rights & PTE.user) !== 0, high);
    if (
      (rights & required) !== required ||
      (rights & guest.forbidden[access]!) !== 0 ||
      (anyHigh & guest.forbiddenHigh[access]!) !== 0 ||
      key
    ) {
      return this.guestFault(access, FAULT.present | (key ? FAULT.protectionKey : 0));
    }

    const dirty = (access & ACCESS.write) !== 0 ? guest.dirty : 0;
    if (((rights & guest.accessed) !== guest.accessed || (rawLow & dirty) !== dirty) && this.marks) {
      markPath(memory, guest, first, level, dirty, this.pathWord, GUEST, this.observer);
    }
    const inner = guest.innerMask[level]!;
    const page = ((low >>> 12) & ~inner) + (lower & inner) + (high & 0xfffff) * 0x100000;
    this.guestRights = rights;
    this.guestHigh = anyHigh;
    this.leafRead = rawLow;
    this.leafLow = rawLow | (this.marks ? dirty : 0);
    this.guestFrame = page;
    this.guestShift = guest.pageShift[level]!;
    return this.place(page, access, direct);
  }

  /** Loads a PAE guest's PDPTE registers from its root table, as a write of CR3 does. */
  loadPdptes(): WalkStatus {
    const { guest, memory } = this;
    const pdptes = (guest.pdptes ??= new PdpteRegisters());
    this.refs = 0;
    this.tally.begin();
    for (let index = 0; index < 4; index++) {
      const inFrame = guest.rootWord + 2 * index;
      const direct = this.host === null && this.map === null;
      const frame = direct ? guest.root : this.locate(guest.root, TABLE_ACCESS);
      if (frame < 0) return this.nestedFault(guest.root, inFrame << 2, true);
      const word = memory.baseOf(frame) + inFrame;
      this.watch(guest.levels, frame, word);
      this.count(guest.levels, guest.levels);
      const [low, high] = [memory.words[word]!, memory.words[word + 1]!];
      if (!pdptes.load(guest, index, low, high)) return WALK.generalProtection;
    }
    return WALK.ok;
  }

  private unpaged(vpn: number, access: number): WalkStatus {
    this.guestRights = PTE.writable | PTE.user;
    this.guestHigh = this.leafLow = this.leafRead = 0;
    this.guestFrame = vpn;
    this.guestShift = 0;
    return this.place(vpn, access, this.host === null && this.map === null);
  }

  /** The last step: the system frame of the page that the guest's tables gave. */
  private place(page: number, access: number, direct: boolean): WalkStatus {
    if (direct) {
      this.frame = page;
      return WALK.ok;
    }
    this.frame = this.locate(page, ACCESS.user | (access & DATA_ACCESS));
    return this.frame < 0 ? this.nestedFault(page, 0, false) : WALK.ok;
  }

  /** The second dimension: system frame of a guest frame; −1 if it refuses. */
  private locate(page: number, access: number): number {
    const host = this.host;
    if (host === null) return this.map!.frameOf(page);
    const nested = this.nested;
    const done = nested.walk(host, page, access);
    this.refs += host.levels - nested.level + 1;
    return done ? nested.frame : -1;
  }

  private count(first: number, last: number): void {
    this.lastLevel = last;
    this.refs += first - last + 1;
    this.tally.descend(GUEST, first, last);
  }

  private guestFault(access: number, code: number): WalkStatus {
    this.tally.takeBack();
    this.errorCode = this.guest.errorBits[access]! | code;
    return WALK.guestFault;
  }

  private nestedFault(frame: number, offset: number, inTable: boolean): WalkStatus {
    this.tally.takeBack();
    this.faultFrame = frame;
    this.faultOffset = offset;
    this.faultInTable = inTable;
    return WALK.nestedFault;
  }

  private watch(level: number, frame: number, word: number): void {
    this.observer?.reference(GUEST, level, frame * 4096 + (word & 1023) * 4);
    if (this.tally.pteCache !== null) this.tally.touch(GUEST, level, word >> 4);
  }
}
