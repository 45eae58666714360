/**
 * The nested TLB: guest-physical to system-physical translations that a two-dimensional walk uses again, so that it need not walk the
 * nested tables for each of the guest's. Bhargava et al., ASPLOS 2008 keep those of the guest's tables only.
 */
import type { NestedTlbConfig } from '../config/machine-schema.js';
import { LruSlots } from './walk-cache/lru-slots.js';

/** What a nested walk ends in. */
export interface NestedTranslation {
  /** System frame of the 4 KiB page asked for. */
  frame: number;
  /** Level of the nested leaf. */
  level: number;
  rights: number;
  anyHigh: number;
  leafLow: number;
}

const FRAMES = 2 ** 40;

export class NestedTlb {
  readonly holdsData: boolean;
  private readonly slots: LruSlots;
  private readonly held: NestedTranslation[];

  constructor(config: NestedTlbConfig) {
    this.holdsData = config.holds === 'all';
    this.slots = new LruSlots(config);
    this.held = Array.from({ length: config.entries }, () => ({
      frame: 0,
      level: 0,
      rights: 0,
      anyHigh: 0,
      leafLow: 0,
    }));
  }

  get evictions(): number {
    return this.slots.evictions;
  }

  /** The translation of a guest frame by the nested tables of a space; null if it is not held. */
  find(space: number, guestFrame: number): NestedTranslation | null {
    const slot = this.slots.find(space * FRAMES + guestFrame);
    return slot < 0 ? null : this.held[slot]!;
  }

  /** Slot of a translation, which counts as a use; -1 if it is not held. @param likely where it may be */
  slotOf(space: number, guestFrame: number, likely: number): number {
    const { slots } = this;
    const key = space * FRAMES + guestFrame;
    if (slots.keys[likely] !== key) return slots.find(key);
    slots.touch(likely);
    return likely;
  }

  /** Level of the nested leaf of the translation in a slot. */
  levelAt(slot: number): number {
    return this.held[slot]!.level;
  }

  /** @returns the slot */
  keep(space: number, guestFrame: number, { frame, level, rights, anyHigh, leafLow }: NestedTranslation): number {
    const key = space * FRAMES + guestFrame;
    const held = this.slots.find(key);
    const slot = held >= 0 ? held : this.slots.add(key, guestFrame);
    const into = this.held[slot]!;
    into.frame = frame;
    into.level = level;
    into.rights = rights;
    into.anyHigh = anyHigh;
    into.leafLow = leafLow;
    return slot;
  }

  /** Whether something is true of every translation by the nested tables of a space. */
  every(space: number, isTrue: (guestFrame: number, held: NestedTranslation) => boolean): boolean {
    const { keys } = this.slots;
    return this.held.every((held, slot) => {
      const key = keys[slot]!;
      return key < 0 || Math.floor(key / FRAMES) !== space || isTrue(key % FRAMES, held);
    });
  }

  drop(space: number, guestFrame: number): void {
    const slot = this.slots.find(space * FRAMES + guestFrame);
    if (slot >= 0) this.slots.drop(slot);
  }

  dropSpaces(gone: (space: number) => boolean): void {
    const { keys } = this.slots;
    for (let slot = 0; slot < keys.length; slot++)
      if (keys[slot]! >= 0 && gone(Math.floor(keys[slot]! / FRAMES))) this.slots.drop(slot);
  }
}
