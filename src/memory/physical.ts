/**
 * Simulated system-physical memory that holds page-table words; a word never written reads 0.
 *
 * Frames that were written live at a *place* in one growing Int32Array: 1024 words from `place << 10`. Place 0 is a frame of
 * zeros that is never written and stands for every frame without a place, so a read needs no test.
 */

/** Words of 32 bits in a 4-KiB frame. */
const FRAME_WORDS = 1024;
const FRAME_WORDS_SHIFT = 10;

/** Frame numbers from here on (addresses of 64 GiB and more) are looked up in a Map, and lower ones while memory is sparse. */
const FLAT_FRAMES = 2 ** 24;
/** Longest flat index for each frame in it. */
const FLAT_PER_PLACE = 2 ** 14;

export class PhysicalMemory {
  /** All words: replaced by a longer array when it grows, so keep no reference across a write. */
  words = new Int32Array(16 * FRAME_WORDS);
  /** First word of each low frame in `words`, 0 = no place; grows as memory fills. */
  flat = new Int32Array(1024);
  /** frame at each place. */
  frameAt = new Float64Array(16);
  /** Memories of virtual machines that lie in this one, and share its words. */
  readonly guests: PhysicalMemory[] = [];
  /** How often anything was written. */
  changes = 0;
  /** How often a frame that is watched was written. */
  epoch = 0;
  /** By place: 1 = watched. */
  private watched = new Uint8Array(16);
  readonly #sparse = new Map<number, number>();
  #places = 1;

  /** Frames that take memory. */
  get frames(): number {
    return this.#places - 1;
  }

  /** Index in `words` of a frame's first word; 0 when it was never written. */
  baseOf(frame: number): number {
    return frame < this.flat.length ? this.flat[frame]! : (this.#sparse.get(frame) ?? 0);
  }

  /** The dense number of a frame for cache models (1, 2, …); −1 when it was never written. */
  slotOf(frame: number): number {
    const base = this.baseOf(frame);
    return base === 0 ? -1 : base >> FRAME_WORDS_SHIFT;
  }

  read(frame: number, word: number): number {
    return this.words[this.baseOf(frame) + word]!;
  }

  write(frame: number, word: number, value: number): void {
    const base = this.baseOf(frame) || this.#add(frame);
    this.writeAt(base + word, value);
  }

  /** As `write`, given the index in `words`. */
  writeAt(index: number, value: number): void {
    this.words[index] = value;
    this.changes++;
    this.epoch += this.watched[index >> FRAME_WORDS_SHIFT]!;
  }

  /** From now on `epoch` grows with every write to the frame of a word, given by its index in `words`. */
  watch(index: number): void {
    this.watched[index >> FRAME_WORDS_SHIFT] = 1;
  }

  /** An entry of 8 bytes, in one store. */
  writePair(frame: number, index: number, low: number, high: number): void {
    this.write(frame, 2 * index, low);
    this.write(frame, 2 * index + 1, high);
  }

  clear(frame: number): void {
    const base = this.baseOf(frame);
    if (base === 0) return;
    this.words.fill(0, base, base + FRAME_WORDS);
    this.changes++;
    this.epoch += this.watched[base >> FRAME_WORDS_SHIFT]!;
  }

  /** The physical address of a word, given its index in `words`; not for place 0. */
  addressOfWord(index: number): number {
    return this.frameAt[index >> FRAME_WORDS_SHIFT]! * 4096 + (index & (FRAME_WORDS - 1)) * 4;
  }

  #add(frame: number): number {
    const place = this.#places++;
    // A frame is always left over, so that the word after any entry exists.
    if (place + 1 === this.frameAt.length) this.#grow();
    this.frameAt[place] = frame;
    const base = place << FRAME_WORDS_SHIFT;
    if (frame >= this.flat.length && frame < Math.min(FLAT_FRAMES, FLAT_PER_PLACE * place)) this.#growFlat(frame);
    if (frame < this.flat.length) this.flat[frame] = base;
    else this.#sparse.set(frame, base);
    return base;
  }

  #grow(): void {
    const words = new Int32Array(2 * this.words.length);
    words.set(this.words);
    this.words = words;
    for (const guest of this.guests) guest.words = words;
    const frameAt = new Float64Array(2 * this.frameAt.length);
    frameAt.set(this.frameAt);
    this.frameAt = frameAt;
    const watched = new Uint8Array(frameAt.length);
    watched.set(this.watched);
    this.watched = watched;
  }

  #growFlat(frame: number): void {
    let length = this.flat.length;
    while (length <= frame) length *= 2;
    const flat = new Int32Array(length);
    flat.set(this.flat);
    for (const [sparse, base] of this.#sparse) {
      if (sparse >= length) continue;
      flat[sparse] = base;
      this.#sparse.delete(sparse);
    }
    this.flat = flat;
  }
}
