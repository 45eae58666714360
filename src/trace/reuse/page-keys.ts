/** Pages of all address spaces by one dense number. A page of the kernel's half is the same in every space, as its translation is a global one. */
import { LAST_REFERENCE, type EventBatch, type PageDictionary } from '../event.js';

/** First page number of the upper half of the 64-bit addresses. */
const UPPER_HALF = 2 ** 51;
const NONE = -1;

export class PageKeys {
  /** Number of keys given. */
  size = 0;
  private readonly keysOf = new Map<number, Int32Array>();
  private space = NONE;
  private keys: Int32Array = new Int32Array(0);
  private batchKeys = new Int32Array(0);

  constructor(private readonly pages: PageDictionary) {}

  /** Keys of the references of a batch, by row; valid until the next batch. */
  of({ length, kind, space, page }: EventBatch): Int32Array {
    if (this.batchKeys.length < length) this.batchKeys = new Int32Array(length);
    const { batchKeys } = this;
    this.enter(this.space);
    let { keys } = this;
    for (let row = 0; row < length; row++) {
      if (kind[row]! > LAST_REFERENCE) continue;
      if (space[row] !== this.space) {
        this.enter(space[row]!);
        keys = this.keys;
      }
      const id = page[row]!;
      const key = keys[id]!;
      batchKeys[row] = key === NONE ? this.give(id) : key;
    }
    return batchKeys;
  }

  private enter(space: number): void {
    const held = this.keysOf.get(space);
    this.space = space;
    this.keys = held !== undefined && held.length >= this.pages.size ? held : larger(held, this.pages.size);
    this.keysOf.set(space, this.keys);
  }

  private give(id: number): number {
    const shared = this.pages.vpn[id]! >= UPPER_HALF;
    const key = shared ? this.sharedKey(id) : this.size++;
    this.keys[id] = key;
    return key;
  }

  /** Kept by page number, in the map of a space that no row has. */
  private sharedKey(id: number): number {
    let shared = this.keysOf.get(NONE);
    if (shared === undefined || shared.length <= id) {
      shared = larger(shared, this.pages.size);
      this.keysOf.set(NONE, shared);
    }
    if (shared[id] === NONE) shared[id] = this.size++;
    return shared[id]!;
  }
}

function larger(keys: Int32Array | undefined, size: number): Int32Array {
  const grown = new Int32Array(2 * size).fill(NONE);
  if (keys !== undefined) grown.set(keys);
  return grown;
}
