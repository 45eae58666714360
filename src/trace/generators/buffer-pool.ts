/**
 * A database's buffer pool: frames of a page each, a directory by page, and a descriptor for each frame, replaced by the clock
 * (Corbató 1968). What it does to its own arrays is written down; what the kernel copies is not.
 */
import type { Arrays, MemoryArray } from './arrays.js';
import { CALL } from './program.js';
import type { Script } from './script.js';

const DESCRIPTOR = 64;

export class BufferPool {
  readonly frames: MemoryArray;
  private readonly descriptors: MemoryArray;
  private readonly directory: MemoryArray;
  /** Frame of each page that is in the pool, and the page in each frame, -1 = none. */
  private readonly frameOf = new Map<number, number>();
  private readonly pageIn: Float64Array;
  private readonly used: Uint8Array;
  private readonly dirty: Uint8Array;
  private hand = 0;

  /** @param size frames */
  constructor(
    private readonly script: Script,
    arrays: Arrays,
    private readonly size: number,
  ) {
    this.frames = arrays.array(size, 4096);
    this.descriptors = arrays.array(size, DESCRIPTOR);
    this.directory = arrays.array(size, 8);
    this.pageIn = new Float64Array(size).fill(-1);
    this.used = new Uint8Array(size);
    this.dirty = new Uint8Array(size);
  }

  /** The frame of a page, read from the file if it is not in the pool. */
  frame(page: number, write: boolean): number {
    this.directory.read(page % this.size);
    const frame = this.frameOf.get(page) ?? this.load(page);
    this.descriptors.read(frame);
    this.descriptors.write(frame);
    this.used[frame] = 1;
    if (write) this.dirty[frame] = 1;
    return frame;
  }

  private load(page: number): number {
    const frame = this.victim();
    const old = this.pageIn[frame]!;
    if (this.dirty[frame] === 1) this.script.event('systemCall', CALL.pwrite64);
    if (old >= 0) {
      this.directory.write(old % this.size);
      this.frameOf.delete(old);
    }
    this.script.event('systemCall', CALL.pread64);
    this.directory.write(page % this.size);
    this.frameOf.set(page, frame);
    this.pageIn[frame] = page;
    this.dirty[frame] = 0;
    return frame;
  }

  /** The first frame from the hand on that was not used since the hand last came by. */
  private victim(): number {
    for (;;) {
      const frame = this.hand;
      this.hand = (this.hand + 1) % this.size;
      this.descriptors.read(frame);
      if (this.used[frame] === 0) return frame;
      this.used[frame] = 0;
      this.descriptors.write(frame);
    }
  }
}
