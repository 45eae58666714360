/**
 * The hardware page walker in two dimensions: guest tables, each of whose entries is found through nested tables.
 * A native (or shadow) walk is the case in which the second dimension returns its input.
 *
 * AMD64 APM vol. 2, 5 and 15.25; Intel SDM vol. 3A, 4. Walk caches and a nested TLB save references when they are there.
 * Whether a walk that faults has set accessed bits on the way down is a switch of the machine (`earlyAccessed`).
 */
import { indexAt } from '../memory/address.js';
import { FORMATS, PTE, wideHigh, wideLow } from '../memory/formats/index.js';
import type { FrameMap } from '../memory/frame-map.js';
import { entryFrame } from '../memory/page-table.js';
import type { PhysicalMemory } from '../memory/physical.js';
import { ACCESS, Dimension, FAULT } from './dimension.js';
import { markEntry, markPath } from './mark.js';
import { NestedWalk } from './nested-walk.js';
import { PdpteRegisters } from './pdpte-registers.js';
import { keyForbids } from './protection-key.js';
import { Remembered } from './remembered.js';
import type { PageTableCache } from './walk-cache/walk-cache.js';
import { GUEST } from './walk-observer.js';
import { WalkNotes } from './walk-notes.js';

/** How a walk ended. `generalProtection`: an address that is not canonical, before any reference, or an illegal PDPTE. */
export const WALK = { ok: 0, guestFault: 1, nestedFault: 2, generalProtection: 3 } as const;
export type WalkStatus = (typeof WALK)[keyof typeof WALK];

/** What of a guest's access a nested walk for its data sees. */
const DATA_ACCESS = ACCESS.write | ACCESS.fetch;

export class Walker extends WalkNotes {
  /** Takes the place of nested tables without making references: how a VMM reads guest tables in software. */
  map: FrameMap | null = null;
  /** False for software walks that must leave accessed and dirty bits of guest tables alone. */
  marks = true;

  /** null: every walk is made whole. */
  private remembered: Remembered | null = null;

  constructor(
    memory: PhysicalMemory,
    guest: Dimension = new Dimension(FORMATS['4level'], 0),
    host: Dimension | null = null,
  ) {
    super(memory, guest, new NestedWalk(memory), host);
  }

  /** From now on walks may begin where others have been (see remembered.ts), or, with `false`, may not. */
  remember(may = true): void {
    this.remembered = may ? new Remembered(this.memory, this.nested) : null;
  }

  /** What walks may begin with now: null where a walk is more than its result and its count. */
  ready(): Remembered | null {
    const { remembered, guest, host } = this;
    const usual = guest.controls.wp && host?.controls.modeBasedExecute !== true;
    if (!usual || remembered === null || !this.isUnwatched || !remembered.serves(guest, host)) return null;
    return remembered.cached.agrees(this.walkCache, host) ? remembered : null;
  }

  /** Translates virtual page `vpn` for an access (see ACCESS). */
  walk(vpn: number, access: number): WalkStatus {
    const { guest, memory, starts, entries, path, switching } = this;
    const remembered = this.isUnwatched && this.map === null ? this.remembered : null;
    if (remembered !== null && this.isPlain && remembered.recall(this, vpn, access)) return WALK.ok;
    const { levels, narrow, indexBits, indexMask, bareLevel, presentMask, stopHigh } = guest;
    this.vpn = vpn;
    this.refs = 0;
    this.tally.begin();
    this.lastLevel = levels + 1;
    if (levels === 0) return this.unpaged(vpn, access);
    if (vpn >= guest.holeStart && vpn < guest.holeEnd) return WALK.generalProtection;

    let { stopLow } = guest;
    let direct = this.host === null && this.map === null;
    const tableAccess = this.host === null ? 0 : this.host.tableAccess;
    const early = guest.earlyAccessed && this.marks;
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
    let held = 0;
    if (guest.pdptes !== null) {
      const top = indexAt(lower, upper, shift, indexMask);
      low = guest.pdptes.low[top]!;
      if ((low & presentMask) === 0) return this.guestFault(access, 0);
      table = (low >>> 12) + (guest.pdptes.high[top]! & 0xfffff) * 0x100000;
      rootWord = 0;
      shift -= indexBits;
      level--;
    }
    const top = level;
    if (switching !== null) {
      direct = switching.begin(top);
      if (direct) stopLow = switching.stopLow;
      else system = switching.rootSystem;
    }
    if (starts !== null) {
      const start = starts.find(this.tag, vpn, top, path);
      if (start > 0) {
        level = start;
        table = path.table[level]!;
        system = path.system[level]!;
        rights = path.rights[level]!;
        anyHigh = path.anyHigh[level]!;
        this.pathHostRights[level] = path.hostRights[level]!;
        shift = indexBits * (level - 1);
        rootWord = 0;
        if (switching !== null) {
          direct = switching.resume(top, level, path.nestedLeaves[level]!);
          stopLow = direct ? switching.stopLow : guest.stopLow;
        }
        this.skipTo(top, level);
      } else path.nestedLeaves[top + 1] = 0;
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
        frame = this.locate(table, tableAccess, true);
        if (frame < 0) {
          if (level < top) this.count(top, first, level + 1);
          return this.nestedFault(table, inFrame << 2, true);
        }
        this.pathHostRights[level] = this.nested.rights;
      }
      const word = memory.baseOf(frame) + inFrame;
      this.pathFrame[level] = table;
      this.pathWord[level] = word;
      if (starts !== null && (level < first || level === top)) this.noteTable(level, table, frame, rights, anyHigh);
      if (entries !== null && level > 1 && entries.find(level, word)) {
        low = entries.low;
        if (!narrow) high = entries.high;
        held |= 1 << level;
        this.save(level);
      } else {
        low = memory.words[word]!;
        if (!narrow) high = memory.words[word + 1]!;
        if (watched) this.watch(level, frame, word, low, high);
      }
      rights &= level === bareLevel ? -1 : low;
      anyHigh |= high;
      if ((low & presentMask) === 0 || ((low & stopLow[level]!) | (high & stopHigh[level]!)) !== 0) {
        if (!direct || switching === null || !switching.leadsOn(low, high, level)) break;
        direct = false;
        stopLow = guest.stopLow;
        system = entryFrame(low, high);
      }
      if (early && level !== bareLevel) {
        if (this.host?.guardsMarks && this.refusedMark(level, level, 0) > 0) {
          this.count(top, first, level);
          return this.nestedFault(table, inFrame << 2, true);
        }
        markEntry(memory, guest, level, guest.accessed, word, GUEST, this.observer);
      }
      table = high === 0 ? low >>> 12 : (low >>> 12) + (high & 0xfffff) * 0x100000;
      rootWord = 0;
      shift -= indexBits;
    }
    this.count(top, first, level);

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
      if (this.host?.guardsMarks) {
        const refused = this.refusedMark(first, level, dirty);
        if (refused > 0) return this.nestedFault(this.pathFrame[refused]!, (this.pathWord[refused]! & 1023) << 2, true);
      }
      markPath(memory, guest, first, level, dirty, this.pathWord, GUEST, this.observer);
    }
    if (starts !== null) starts.keep(this.tag, vpn, top, first, level, path);
    if (entries !== null) entries.keepPath(memory.words, this.pathWord, first, level, held, narrow);
    const inner = guest.innerMask[level]!;
    const page = ((low >>> 12) & ~inner) + (lower & inner) + (high & 0xfffff) * 0x100000;
    this.guestRights = rights;
    this.guestHigh = anyHigh;
    this.leafRead = rawLow;
    this.leafLow = rawLow | (this.marks ? dirty : 0);
    this.guestFrame = page;
    this.guestShift = guest.pageShift[level]!;
    const status = this.place(page, access, direct);
    if (remembered !== null && status === WALK.ok) remembered.keep(this, vpn);
    return status;
  }

  /** Loads a PAE guest's PDPTE registers from its root table, as a write of CR3 does. Under EPT the load is a read, whatever A/D says. */
  loadPdptes(): WalkStatus {
    const { guest, memory } = this;
    const pdptes = (guest.pdptes ??= new PdpteRegisters());
    this.refs = 0;
    this.tally.begin();
    const direct = this.host === null && this.map === null;
    const frame = direct ? guest.root : this.locate(guest.root, ACCESS.read, true);
    if (frame < 0) return this.nestedFault(guest.root, guest.rootWord << 2, true);
    for (let index = 0; index < 4; index++) {
      const word = memory.baseOf(frame) + guest.rootWord + 2 * index;
      const [low, high] = [memory.words[word]!, memory.words[word + 1]!];
      this.watch(guest.levels, frame, word, low, high);
      this.count(guest.levels, guest.levels, guest.levels);
      if (pdptes.load(guest, index, low, high)) continue;
      this.tally.setAside();
      return WALK.generalProtection;
    }
    this.tally.setAside();
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
    this.frame = direct ? page : this.locate(page, this.dataAccess(access), false);
    if (this.frame < 0) return this.nestedFault(page, 0, false);
    this.tally.complete(this.refs);
    return WALK.ok;
  }

  /** The access that a nested walk for the data is; under EPT `user` says that the page is a user page. */
  dataAccess(access: number): number {
    if (this.host === null || !this.host.format.readWriteExecute) return ACCESS.user | (access & DATA_ACCESS);
    return (access & DATA_ACCESS) | (this.guestUser ? ACCESS.user : 0);
  }

  /** The highest level whose entry has to be marked and lies in memory that nested tables do not let be written; 0 if none. */
  private refusedMark(first: number, leaf: number, dirty: number): number {
    const { accessed, bareLevel } = this.guest;
    for (let level = first; level >= leaf; level--) {
      const wanted = level === leaf ? accessed | dirty : level === bareLevel ? 0 : accessed;
      if ((this.pathLow(level) & wanted) === wanted || (this.pathHostRights[level]! & PTE.writable) !== 0) continue;
      this.nested.refuseWrite(this.pathHostRights[level]!);
      return level;
    }
    return 0;
  }

  /** The second dimension: system frame of a guest frame, that of a table or of data; −1 if it refuses. */
  private locate(page: number, access: number, inTable: boolean): number {
    const host = this.host;
    if (host === null) return this.map!.frameOf(page);
    const nested = this.nested;
    const { nestedTlb } = nested;
    const cached = nestedTlb !== null && (inTable || nestedTlb.holdsData);
    if (cached && nested.recall(host, page, access)) return nested.frame;
    const done = nested.walk(host, page, access);
    this.refs += nested.refs;
    if (!done) return -1;
    if (cached) nestedTlb.keep(nested.tag.space, page, nested);
    return nested.frame;
  }

  private guestFault(access: number, code: number): WalkStatus {
    this.tally.takeBack();
    this.errorCode = this.guest.errorBits[access]! | code;
    this.forgetWay();
    return WALK.guestFault;
  }

  private nestedFault(frame: number, offset: number, inTable: boolean): WalkStatus {
    this.tally.takeBack();
    this.faultFrame = frame;
    this.faultOffset = offset;
    this.faultInTable = inTable;
    this.forgetWay();
    if (this.host !== null) this.nested.forget(this.host, frame);
    return WALK.nestedFault;
  }

  /** A fault removes what walk caches hold of the way to its page: Intel SDM vol. 3A, 4.10.4.1. */
  private forgetWay(): void {
    this.starts?.drop(this.tag, this.vpn);
    if (this.entries === null) return;
    for (let level = this.guest.levels; level >= this.lastLevel; level--)
      this.entries.drop(level, this.pathWord[level]!);
    if (this.oneDimensional) this.forgetPresentWay(this.entries);
  }

  /** Natively also the entries on the way that memory has now: a stale pointer may have led past them. */
  private forgetPresentWay(entries: PageTableCache): void {
    const { guest, memory, vpn } = this;
    let table = guest.root;
    for (let level = guest.levels; level > 1; level--) {
      let low: number;
      let high: number;
      if (guest.pdptes !== null && level === guest.levels) {
        const top = guest.wordOf(vpn, level) - guest.rootWord;
        low = guest.pdptes.low[top >> 1]!;
        high = guest.pdptes.high[top >> 1]!;
      } else {
        const word = memory.baseOf(table) + guest.wordOf(vpn, level);
        entries.drop(level, word);
        low = memory.words[word]!;
        high = guest.narrow ? 0 : memory.words[word + 1]!;
      }
      if (!guest.leadsOn(low, high, level)) return;
      table = entryFrame(low, high);
    }
  }
}
