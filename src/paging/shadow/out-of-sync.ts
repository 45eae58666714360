/**
 * The leaf tables that are out of sync, where only so many may be: a hash by frame whose occupants push each other one place on, and then
 * out. Xen 4.17 `arch/x86/mm/shadow/common.c`: oos_hash_add, in our own words.
 */
const EMPTY = -1;

export class OutOfSync {
  private readonly frames: number[];

  constructor(
    size: number,
    private readonly isOut: (guestFrame: number) => boolean,
  ) {
    this.frames = Array<number>(size).fill(EMPTY);
  }

  /** @returns the frame that has to be brought back in sync to make room, or -1 */
  add(guestFrame: number, systemFrame: number, homeOf: (guestFrame: number) => number): number {
    const { frames } = this;
    const size = frames.length;
    if (size === 0 || frames.includes(guestFrame)) return EMPTY;
    for (let at = 0; at < size; at++) if (frames[at] !== EMPTY && !this.isOut(frames[at]!)) frames[at] = EMPTY;
    let place = systemFrame % size;
    let moved = guestFrame;
    const held = frames[place]!;
    if (held !== EMPTY && homeOf(held) % size === place) {
      frames[place] = guestFrame;
      moved = held;
      place = (place + 1) % size;
    }
    const evicted = frames[place]!;
    frames[place] = moved;
    return evicted;
  }
}
