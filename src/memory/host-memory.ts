/**
 * Where the frames of a virtual machine lie in system memory: a fixed one-to-one map, so that every strategy, whenever it
 * asks, is given the same place. A frame counts as backed only once a nested or shadow table maps it.
 */
import type { FrameMap } from './frame-map.js';
import { permute } from './frames.js';

export interface HostMemoryOptions {
  /** First system frame of the machine's memory. */
  readonly firstFrame: number;
  /** Frames of the machine; a power of two when scattered. */
  readonly frames: number;
  /** Contiguous frames of one host page: 1 or 512. */
  readonly blockFrames: number;
  /** Seed of the scattering; null keeps the order. */
  readonly scatterSeed: number | null;
}

/** What the host has given of a virtual machine's memory so far. */
export interface Backing {
  /** What is not given, a VMM does not map ahead of a fault. */
  isBacked(guestFrame: number): boolean;
  /** A frame that has only been read is mapped read-only, and its first write faults. */
  isWritten(guestFrame: number): boolean;
}

const ALL_GIVEN: Backing = { isBacked: () => true, isWritten: () => true };

export class HostMemory implements FrameMap {
  readonly blockFrames: number;
  backing = ALL_GIVEN;
  /** log2 of the number of blocks. */
  private readonly order: number;

  constructor(private readonly options: HostMemoryOptions) {
    this.blockFrames = options.blockFrames;
    this.order = Math.log2(options.frames / options.blockFrames);
  }

  /** Frames of the machine. */
  get frames(): number {
    return this.options.frames;
  }

  /** System frame of a guest frame. Frames above the memory (devices) keep their order behind it. */
  frameOf(guestFrame: number): number {
    const { firstFrame, frames, blockFrames, scatterSeed } = this.options;
    if (scatterSeed === null || guestFrame >= frames) return firstFrame + guestFrame;
    const offset = guestFrame % blockFrames;
    return firstFrame + permute((guestFrame - offset) / blockFrames, this.order, scatterSeed) * blockFrames + offset;
  }

  /** The guest frame at a system frame, as a check on shadow tables, which do not hold it; -1 where frames are scattered. */
  guestFrameOf(frame: number): number {
    return this.options.scatterSeed === null ? frame - this.options.firstFrame : -1;
  }
}

/** Bare metal: guest-physical is system-physical. */
export const BARE_METAL = new HostMemory({ firstFrame: 0, frames: 0, blockFrames: 1, scatterSeed: null });
