/** The slots of walk caches and nested TLBs hold what true LRU holds, in sets or in one, for longer than their log of uses is. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LruSlots, type Geometry } from '../../src/mmu/walk-cache/lru-slots.js';
import { WordSlots } from '../../src/mmu/walk-cache/word-slots.js';

/** Each set is a list, the least recently used first. */
class Model {
  evictions = 0;
  private readonly sets: number[][];
  private readonly ways: number;

  constructor({ entries, ways }: Geometry) {
    this.ways = ways === 0 ? entries : ways;
    this.sets = Array.from({ length: entries / this.ways }, () => []);
  }

  /** Whether it was held; it is afterwards. */
  use(key: number): boolean {
    const held = this.drop(key);
    const set = this.setOf(key);
    if (set.length === this.ways) {
      set.shift();
      this.evictions++;
    }
    set.push(key);
    return held;
  }

  drop(key: number): boolean {
    const set = this.setOf(key);
    const at = set.indexOf(key);
    if (at >= 0) set.splice(at, 1);
    return at >= 0;
  }

  get keys(): number[] {
    return this.sets.flat().sort((a, b) => a - b);
  }

  private setOf(key: number): number[] {
    return this.sets[key % this.sets.length]!;
  }
}

const geometry = fc.constantFrom<Geometry>(
  { entries: 1, ways: 0 },
  { entries: 6, ways: 0 },
  { entries: 8, ways: 1 },
  { entries: 12, ways: 4 },
  { entries: 24, ways: 0 },
);
/** A key that is used, or one that is removed. */
const step = fc.tuple(
  fc.nat(40),
  fc.boolean().chain((often) => (often ? fc.constant(false) : fc.boolean())),
);

describe.each([
  ['by word', (of: Geometry) => new WordSlots(of), 1],
  ['by key', (of: Geometry) => new LruSlots(of), 2 ** 33],
])('slots %s', (_name, make, scale) => {
  test.each([100, 30_000])('hold what LRU holds, after each of %i uses and removals', (length) => {
    fc.assert(
      fc.property(geometry, fc.array(step, { minLength: 100, maxLength: 100 }), (of, steps) => {
        const [slots, model] = [make(of), new Model(of)];
        for (let at = 0; at < length; at++) {
          const [key, removed] = steps[(at * 37 + Math.floor(at / 100)) % 100]!;
          const slot = slots.find(key * scale);
          if (removed) {
            if (slot >= 0) slots.drop(slot);
            expect(slot >= 0).toBe(model.drop(key));
          } else {
            if (slot < 0) slots.add(key * scale, key);
            if (slot >= 0 !== model.use(key)) expect.fail(`use ${String(at)} of ${String(key)}`);
          }
          if (at % 97 === 0) expect(held(slots.keys, scale)).toEqual(model.keys);
        }
        expect([held(slots.keys, scale), slots.evictions]).toEqual([model.keys, model.evictions]);
      }),
      { numRuns: length > 100 ? 10 : 100 },
    );
  });
});

function held(keys: Float64Array | Int32Array, scale: number): number[] {
  return [...keys]
    .filter((key) => key >= 0)
    .map((key) => key / scale)
    .sort((a, b) => a - b);
}
