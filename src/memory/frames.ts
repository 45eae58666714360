/**
 * Allocators of frame numbers. Nothing is stored at a frame here: a frame is a number that is in use or free.
 *
 * Blocks are powers of two in size and aligned to it. Freed frames are handed out before fresh ones, the last freed first,
 * each block size by itself; a larger free block is split only when nothing fresh is left, and split blocks never rejoin.
 */
import { ConfigError } from '../errors.js';

export interface FrameAllocator {
  allocate(): number;
  /** The first of `frames` contiguous frames (a power of two), aligned to that size. */
  allocateBlock(frames: number): number;
  release(frame: number): void;
  releaseBlock(frame: number, frames: number): void;
}

/**
 * Fresh single frames are scattered over areas of 2^SCATTER_ORDER frames (256 MiB), or an eighth of a smaller memory:
 * what lies outside the areas broken up so far stays whole for blocks.
 */
const SCATTER_ORDER = 16;
const AREAS = 8;

class BlockFrames implements FrameAllocator {
  /** Free frames by order (log2 of the block's frames), as stacks. */
  readonly #free: number[][] = Array.from({ length: 53 }, () => []);
  #fresh: number;
  readonly #end: number;

  constructor(
    first: number,
    private readonly count: number,
    private readonly option: string,
  ) {
    this.#fresh = first;
    this.#end = first + count;
  }

  allocate(): number {
    return this.take(0) ?? this.#exhausted(1);
  }

  allocateBlock(frames: number): number {
    return this.take(orderOf(frames)) ?? this.#exhausted(frames);
  }

  release(frame: number): void {
    this.#free[0]!.push(frame);
  }

  releaseBlock(frame: number, frames: number): void {
    this.#free[orderOf(frames)]!.push(frame);
  }

  protected take(order: number): number | undefined {
    return this.#free[order]!.pop() ?? this.#takeFresh(order) ?? this.#split(order);
  }

  #takeFresh(order: number): number | undefined {
    const frames = 2 ** order;
    const aligned = Math.ceil(this.#fresh / frames) * frames;
    if (aligned + frames > this.#end) return undefined;
    // Frames skipped for alignment become free blocks of their own.
    while (this.#fresh < aligned) {
      let gap = 0;
      while (this.#fresh % 2 ** (gap + 1) === 0 && this.#fresh + 2 ** (gap + 1) <= aligned) gap++;
      this.#free[gap]!.push(this.#fresh);
      this.#fresh += 2 ** gap;
    }
    this.#fresh = aligned + frames;
    return aligned;
  }

  #split(order: number): number | undefined {
    let larger = order + 1;
    while (larger < this.#free.length && this.#free[larger]!.length === 0) larger++;
    const block = this.#free[larger]?.pop();
    if (block === undefined) return undefined;
    while (larger > order) this.#free[--larger]!.push(block + 2 ** larger);
    return block;
  }

  #exhausted(frames: number): never {
    const size = `${((this.count * 4096) / 2 ** 20).toFixed(0)} MiB (${this.count} frames)`;
    const wanted = frames === 1 ? 'no frame is free' : `no block of ${frames} aligned frames is free`;
    throw new ConfigError(`${this.option}: out of memory: ${wanted} of ${size}; raise ${this.option}`);
  }
}

/** Each area that single frames come from is broken up in a seeded permutation. */
class ScatteredFrames extends BlockFrames {
  #area = 0;
  #order = 0;
  #next = 0;
  #left = 0;
  readonly #freed: number[] = [];
  readonly #largest: number;

  constructor(
    first: number,
    count: number,
    option: string,
    private readonly seed: number,
  ) {
    super(first, count, option);
    this.#largest = Math.min(SCATTER_ORDER, Math.max(0, Math.floor(Math.log2(count / AREAS))));
  }

  override allocate(): number {
    const again = this.#freed.pop();
    if (again !== undefined) return again;
    if (this.#left === 0) this.#breakUp();
    if (this.#left === 0) return super.allocate();
    this.#left--;
    return this.#area + permute(this.#next++, this.#order, this.seed);
  }

  override release(frame: number): void {
    this.#freed.push(frame);
  }

  #breakUp(): void {
    for (let order = this.#largest; order > 0; order--) {
      const area = this.take(order);
      if (area === undefined) continue;
      this.#area = area;
      this.#order = order;
      this.#next = 0;
      this.#left = 2 ** order;
      return;
    }
  }
}

/** Fresh frames in ascending order. `option` is the configuration key named when memory runs out. */
export function sequentialFrames(first: number, count: number, option = 'memory'): FrameAllocator {
  return new BlockFrames(first, count, option);
}

/** Fresh frames in a seeded order without spatial locality, like memory of a machine that has been up for long. */
export function scatteredFrames(first: number, count: number, seed: number, option = 'memory'): FrameAllocator {
  return new ScatteredFrames(first, count, option, seed);
}

/** A bijection of 0 .. 2^order − 1. */
export function permute(index: number, order: number, seed: number): number {
  const mask = 2 ** order - 1;
  const half = (order + 1) >> 1;
  let x = (index ^ Math.imul(seed, 0x85ebca6b)) & mask;
  for (let round = 0; round < 3; round++) {
    x = (Math.imul(x, 0x9e3779b1 + 2 * seed) + round * 0x7f4a7c15 + seed) & mask;
    x ^= x >> half;
  }
  return x;
}

function orderOf(frames: number): number {
  const order = Math.log2(frames);
  if (!Number.isInteger(order)) throw new ConfigError(`a block of ${frames} frames: must be a power of two`);
  return order;
}
