/** For each guest frame (or 2 MiB of them), the shadow leaves that map it: write protection has to find them all. */
import type { EntryPlace } from './shadow-page.js';

export class ReverseMap {
  /** The place of a frame that one leaf maps, which is the common case. */
  private readonly single = new Map<number, EntryPlace>();
  private readonly several = new Map<number, Set<EntryPlace>>();

  add(guestFrame: number, place: EntryPlace): void {
    const several = this.several.get(guestFrame);
    const single = this.single.get(guestFrame);
    if (several !== undefined) several.add(place);
    else if (single === undefined || single === place) this.single.set(guestFrame, place);
    else {
      this.single.delete(guestFrame);
      this.several.set(guestFrame, new Set([single, place]));
    }
  }

  remove(guestFrame: number, place: EntryPlace): void {
    if (this.single.get(guestFrame) === place) this.single.delete(guestFrame);
    const several = this.several.get(guestFrame);
    several?.delete(place);
    if (several?.size === 0) this.several.delete(guestFrame);
  }

  of(guestFrame: number): readonly EntryPlace[] {
    const single = this.single.get(guestFrame);
    return single === undefined ? [...(this.several.get(guestFrame) ?? [])] : [single];
  }
}
