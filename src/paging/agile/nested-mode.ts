/** The guest's tables in nested mode: hardware walks them, and all below them, as they are, and writes to them do not exit. */
import type { GuestWalked } from '../shadow/fill.js';
import type { EntryPlace } from '../shadow/shadow-page.js';

interface Moved {
  readonly level: number;
  /** Entries of shadow tables that have led here; some may lead elsewhere by now. */
  readonly places: Set<EntryPlace>;
}

export class NestedMode implements GuestWalked {
  private readonly moved = new Map<number, Moved>();

  get size(): number {
    return this.moved.size;
  }

  has(guestFrame: number): boolean {
    return this.moved.has(guestFrame);
  }

  /** The tables that were moved themselves, not those below them: upper ones first. */
  get tables(): readonly { readonly guestFrame: number; readonly level: number }[] {
    return [...this.moved]
      .map(([guestFrame, { level }]) => ({ guestFrame, level }))
      .sort((a, b) => b.level - a.level || a.guestFrame - b.guestFrame);
  }

  add(guestFrame: number, level: number): void {
    if (!this.has(guestFrame)) this.moved.set(guestFrame, { level, places: new Set() });
  }

  reachedFrom(place: EntryPlace, guestFrame: number): void {
    this.moved.get(guestFrame)!.places.add(place);
  }

  /** Returns the entries that have led to the table. */
  remove(guestFrame: number): Iterable<EntryPlace> {
    const places = this.moved.get(guestFrame)?.places ?? [];
    this.moved.delete(guestFrame);
    return places;
  }
}
