/** Guest-physical frames with the number of entries that map each: copy-on-write asks whether a frame is shared. */
import type { FrameAllocator } from '../memory/frames.js';
import { Reservations } from './reservations.js';

export class GuestFrames {
  /** Frame that reads of untouched anonymous memory see; never freed. */
  readonly zero: number;
  private readonly mappings = new Map<number, number>();

  private readonly reservations: Reservations | null;

  /** @param reserved pages of an aligned group whose frames are kept together; 1: none are */
  constructor(
    private readonly frames: FrameAllocator,
    reserved = 1,
  ) {
    this.zero = frames.allocate();
    this.reservations = reserved === 1 ? null : new Reservations(frames, reserved);
  }

  /** A frame that one entry maps, for a page of an address space. */
  newPage(root: number, vpn: number): number {
    const frame = this.reservations?.take(root, vpn) ?? this.frames.allocate();
    this.mappings.set(frame, 1);
    return frame;
  }

  /** The first of contiguous frames, each mapped once. */
  newLargePage(pages: number): number {
    const first = this.frames.allocateBlock(pages);
    for (let frame = first; frame < first + pages; frame++) this.mappings.set(frame, 1);
    return first;
  }

  /** A frame of a file or of shared memory: it stays with its object, whoever maps it. */
  newObjectPage(): number {
    return this.frames.allocate();
  }

  /** The first of contiguous object frames. */
  newLargeObjectPage(pages: number): number {
    return this.frames.allocateBlock(pages);
  }

  /** Whether a private frame is mapped by one entry alone, so that its owner may write it. */
  isPrivate(frame: number): boolean {
    return this.mappings.get(frame) === 1;
  }

  /** Whether a frame is private memory, not the zero page or an object's. */
  isAnonymous(frame: number): boolean {
    return this.mappings.has(frame);
  }

  share(frame: number, pages: number): void {
    for (let at = frame; at < frame + pages; at++) {
      const mappings = this.mappings.get(at);
      if (mappings !== undefined) this.mappings.set(at, mappings + 1);
    }
  }

  /** An entry that mapped these frames is gone; private frames that none maps any more are freed. */
  unmap(frame: number, pages: number): void {
    for (let at = frame; at < frame + pages; at++) {
      const mappings = this.mappings.get(at);
      if (mappings === undefined) continue;
      if (mappings > 1) {
        this.mappings.set(at, mappings - 1);
      } else {
        this.mappings.delete(at);
        if (this.reservations?.giveBack(at) !== true) this.frames.release(at);
      }
    }
  }
}
