/**
 * Frames kept for the pages beside one that has been touched: an aligned group of pages gets an aligned block of frames, so that the leaf entries of
 * its frames in the host's tables are side by side, as Margaritov et al. propose (PTEMagnet, ASPLOS 2021). A block is given back when none of its
 * frames is in use; that frames of a block that were never touched are taken back before, where memory is short, is not modelled.
 */
import type { FrameAllocator } from '../memory/frames.js';

interface Block {
  readonly first: number;
  /** Frames in use. */
  readonly used: Set<number>;
  /** Where it is found, while it has any. */
  readonly groups: Map<number, Block>;
  readonly group: number;
}

export class Reservations {
  /** By root of an address space, and group of pages. */
  private readonly spaces = new Map<number, Map<number, Block>>();
  /** By its first frame. */
  private readonly byFirst = new Map<number, Block>();

  /** @param pages of a group, a power of two */
  constructor(
    private readonly frames: FrameAllocator,
    private readonly pages: number,
  ) {}

  /** The frame that is kept for a page; null where another page still has it. */
  take(root: number, vpn: number): number | null {
    const offset = vpn % this.pages;
    const block = this.blockOf(root, (vpn - offset) / this.pages);
    const frame = block.first + offset;
    if (block.used.has(frame)) return null;
    block.used.add(frame);
    return frame;
  }

  /** @returns whether the frame was kept for a page */
  giveBack(frame: number): boolean {
    const block = this.byFirst.get(frame - (frame % this.pages));
    if (block === undefined) return false;
    block.used.delete(frame);
    if (block.used.size > 0) return true;
    block.groups.delete(block.group);
    this.byFirst.delete(block.first);
    this.frames.releaseBlock(block.first, this.pages);
    return true;
  }

  private blockOf(root: number, group: number): Block {
    const groups = this.spaces.get(root) ?? new Map<number, Block>();
    this.spaces.set(root, groups);
    let block = groups.get(group);
    if (block === undefined) {
      block = { first: this.frames.allocateBlock(this.pages), used: new Set(), groups, group };
      groups.set(group, block);
      this.byFirst.set(block.first, block);
    }
    return block;
  }
}
