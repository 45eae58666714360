/**
 * The memory of a virtual machine, as a hypervisor that runs in it sees it: frames are the machine's own, and their words lie in the memory
 * of the machine below. What such a hypervisor stores, the one below may have to see.
 */
import type { FrameMap } from './frame-map.js';
import { PhysicalMemory } from './physical.js';

/** Who carries out a guest's stores to its memory. */
export interface Stores {
  entry(frame: number, index: number, low: number, high: number): void;
  /** A whole frame is cleared: this is told before. */
  clear(frame: number): void;
}

export class GuestMemory extends PhysicalMemory {
  /** null: nobody has to see them. */
  stores: Stores | null = null;

  constructor(
    private readonly below: PhysicalMemory,
    private readonly map: FrameMap,
  ) {
    super();
    this.words = below.words;
    this.flat = new Int32Array(0);
    below.guests.push(this);
  }

  override get frames(): number {
    return this.below.frames;
  }

  override baseOf(frame: number): number {
    return this.below.baseOf(this.map.frameOf(frame));
  }

  override write(frame: number, word: number, value: number): void {
    this.below.write(this.map.frameOf(frame), word, value);
  }

  override writeAt(index: number, value: number): void {
    this.below.writeAt(index, value);
  }

  override watch(index: number): void {
    this.below.watch(index);
  }

  override writePair(frame: number, index: number, low: number, high: number): void {
    if (this.stores === null) this.store(frame, index, low, high);
    else this.stores.entry(frame, index, low, high);
  }

  /** Whoever sees stores lets one through. */
  store(frame: number, index: number, low: number, high: number): void {
    super.writePair(frame, index, low, high);
  }

  override clear(frame: number): void {
    this.stores?.clear(frame);
    this.below.clear(this.map.frameOf(frame));
  }

  override addressOfWord(index: number): number {
    return this.below.addressOfWord(index);
  }
}
