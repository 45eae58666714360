import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tlbArraySchema, type TlbArrayConfig } from '../../src/config/machine-schema.js';
import { Contexts, type Context } from '../../src/mmu/contexts.js';
import { HUGE, LARGE, PageIndex, SMALL } from '../../src/mmu/page-index.js';
import { TlbArray } from '../../src/mmu/tlb/tlb-array.js';

const READ = 1;
const KEYS = 64;
const A: Context = { vpid: 1, pcid: 0, eptp: 0 };
const B: Context = { vpid: 2, pcid: 0, eptp: 0 };
const ANOTHER_PCID: Context = { vpid: 1, pcid: 5, eptp: 0 };

/** Pages 0 to 63, each of them in a 2 MiB page and a 1 GiB page of number 0. */
const index = new PageIndex({ size: KEYS, vpn: Float64Array.from({ length: KEYS }, (_, at) => at) });

class Bench {
  readonly contexts = new Contexts();
  readonly tlb: TlbArray;
  private now = 0;

  constructor(config: Partial<TlbArrayConfig> & { entries: number; ways: number }, seed = 1) {
    this.contexts.id(A);
    this.tlb = new TlbArray(tlbArraySchema.parse(config), this.contexts, [SMALL, LARGE, HUGE], undefined, 1, seed);
    this.tlb.reserve(index);
    this.tlb.select(0);
  }

  run(context: Context): this {
    this.tlb.select(this.contexts.id(context));
    return this;
  }

  /** Fills a page whose key is its number. */
  fill(page: number, global = false): void {
    this.tlb.fill(SMALL, page, page, 1000 + page, READ, global, ++this.now);
  }

  /** A hit, or else a fill. */
  use(page: number): void {
    const slot = this.tlb.slotOf[SMALL][page]!;
    if (slot < 0) return this.fill(page);
    this.tlb.stamp[slot] = ++this.now;
    if (this.tlb.recent !== null) this.tlb.touched(slot);
  }

  holds(page: number): boolean {
    return this.tlb.slotOf[SMALL][page]! >= 0;
  }

  flush(context: Context, keepGlobal = false): void {
    const gone = new Uint8Array(this.contexts.count);
    gone[this.contexts.id(context)] = 1;
    this.tlb.remove(gone, keepGlobal, []);
  }

  held(): number[] {
    return [...index.pages.vpn].filter((page) => this.holds(page));
  }
}

/** A list of pages for each set, in the order in which a policy gives them up; the plainest way to say what each policy is. */
type Plain = (set: PlainSet, page: number, hit: boolean) => void;
interface PlainSet {
  /** Page of each way, null = empty. */
  ways: (number | null)[];
  /** Whatever the policy remembers. */
  memory: number[];
}

const putFirstEmpty = (set: PlainSet, page: number, victim: () => number): number => {
  const empty = set.ways.indexOf(null);
  const way = empty >= 0 ? empty : victim();
  set.ways[way] = page;
  return way;
};

/** `memory` is the ways from the most to the least recently used. */
const lru: Plain = (set, page, hit) => {
  const way = hit ? set.ways.indexOf(page) : putFirstEmpty(set, page, () => set.memory.at(-1)!);
  set.memory = [way, ...set.memory.filter((other) => other !== way)];
};

/** `memory` is the ways from the last to the first filled. */
const fifo: Plain = (set, page, hit) => {
  if (hit) return;
  const way = putFirstEmpty(set, page, () => set.memory.at(-1)!);
  set.memory = [way, ...set.memory.filter((other) => other !== way)];
};

/** `memory` is a heap of node bits: 1 sends the search to the right. */
const treePlru: Plain = (set, page, hit) => {
  const ways = set.ways.length;
  const victim = (): number => {
    let node = 1;
    while (node < ways) node = 2 * node + (set.memory[node] ?? 0);
    return node - ways;
  };
  const way = hit ? set.ways.indexOf(page) : putFirstEmpty(set, page, victim);
  for (let node = way + ways; node > 1; node >>= 1) set.memory[node >> 1] = node % 2 === 0 ? 1 : 0;
};

/** `memory` has a bit for each way. */
const bitPlru: Plain = (set, page, hit) => {
  const bits = set.ways.map((_, way) => set.memory[way] ?? 0);
  const way = hit ? set.ways.indexOf(page) : putFirstEmpty(set, page, () => bits.indexOf(0));
  bits[way] = 1;
  set.memory = bits.every((bit) => bit === 1) ? bits.map((_, other) => (other === way ? 1 : 0)) : bits;
};

/** Three trees of four ways, and in memory[0] the one used last. */
const mru3Plru4: Plain = (set, page, hit) => {
  const tree = (group: number): number => 1 + group * 4;
  const victim = (): number => {
    const group = (set.memory[0]! + 1) % 3;
    let node = 1;
    while (node < 4) node = 2 * node + (set.memory[tree(group) + node] ?? 0);
    return group * 4 + node - 4;
  };
  const way = hit ? set.ways.indexOf(page) : putFirstEmpty(set, page, victim);
  const group = Math.floor(way / 4);
  set.memory[0] = group;
  for (let node = (way % 4) + 4; node > 1; node >>= 1) set.memory[tree(group) + (node >> 1)] = node % 2 === 0 ? 1 : 0;
};

const page = fc.integer({ min: 0, max: KEYS - 1 });
const steps = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: page.map((at) => ({ what: 'use' as const, at })) },
    { weight: 2, arbitrary: page.map((at) => ({ what: 'remove' as const, at })) },
    { weight: 1, arbitrary: fc.constant({ what: 'flush' as const, at: 0 }) },
  ),
  // Without a size, fast-check makes short arrays of whatever length is allowed.
  { maxLength: 400, size: 'max' },
);

describe('a TLB array holds what a plain list of ways for each set holds', () => {
  test.each<[TlbArrayConfig['replacement'], number, number, Plain, TlbArrayConfig['index']]>([
    ['lru', 8, 8, lru, 'modulo'],
    ['lru', 16, 4, lru, 'modulo'],
    ['lru', 12, 4, lru, 'modulo'], // three sets: by modulo
    ['lru', 5, 1, lru, 'modulo'],
    ['lru', 16, 2, lru, 'xor'],
    ['fifo', 12, 4, fifo, 'modulo'],
    ['tree-plru', 16, 4, treePlru, 'modulo'],
    ['tree-plru', 8, 8, treePlru, 'modulo'],
    ['tree-plru', 8, 2, treePlru, 'xor'],
    ['bit-plru', 12, 6, bitPlru, 'modulo'],
    ['mru3-plru4', 24, 12, mru3Plru4, 'xor'],
    ['mru3-plru4', 12, 12, mru3Plru4, 'modulo'],
  ])('%s, %i entries of %i ways', (replacement, entries, ways, use, indexing) => {
    fc.assert(
      fc.property(steps, (history) => {
        const bench = new Bench({ entries, ways, replacement, index: indexing });
        const sets = Array.from({ length: entries / ways }, (): PlainSet => ({
          ways: Array<null>(ways).fill(null),
          memory: [],
        }));
        const setOf = (at: number): PlainSet =>
          sets[(indexing === 'xor' ? at ^ Math.floor(at / sets.length) : at) % sets.length]!;
        for (const { what, at } of history) {
          const set = setOf(at);
          if (what === 'use') {
            bench.use(at);
            use(set, at, set.ways.includes(at));
          } else if (what === 'remove') {
            bench.tlb.invalidate(SMALL, at);
            set.ways = set.ways.map((held) => (held === at ? null : held));
          } else {
            bench.flush(A);
            for (const one of sets) one.ways.fill(null);
          }
        }
        const plain = sets.flatMap((set) => set.ways.filter((held) => held !== null)).sort((a, b) => a - b);
        expect(bench.held()).toEqual(plain);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a TLB array', () => {
  test('of random replacement is full when it has been filled, repeats by its seed, and differs by it', () => {
    const after = (seed: number): number[] => {
      const bench = new Bench({ entries: 8, ways: 4, replacement: 'random' }, seed);
      for (let at = 0; at < KEYS; at++) bench.use((at * 7) % KEYS);
      return bench.held();
    };
    expect(after(1)).toHaveLength(8);
    expect(after(1)).toEqual(after(1));
    expect([2, 3, 4, 5].some((seed) => after(seed).join() !== after(1).join())).toBe(true);
  });

  test('with 0 ways is one set of all its entries', () => {
    const bench = new Bench({ entries: 4, ways: 0 });
    for (const at of [0, 4, 8, 12]) bench.fill(at);
    expect(bench.held()).toEqual([0, 4, 8, 12]);
  });

  test("INVLPG removes the page of the current ASID and keeps the other ASID's", () => {
    const bench = new Bench({ entries: 8, ways: 8 });
    bench.fill(5);
    bench.run(B).fill(5);
    bench.tlb.invalidate(SMALL, 5);
    expect(bench.holds(5)).toBe(false);
    expect(bench.run(A).holds(5)).toBe(true);
  });

  test("a flush empties one ASID and keeps the other ASID's pages", () => {
    const bench = new Bench({ entries: 8, ways: 8 });
    bench.fill(5);
    bench.run(B).fill(6);
    bench.flush(B);
    expect(bench.held()).toEqual([]);
    expect(bench.run(A).held()).toEqual([5]);
  });

  test('entries of one ASID make room for those of another', () => {
    const bench = new Bench({ entries: 2, ways: 2 });
    bench.fill(1);
    bench.fill(2);
    bench.run(B).fill(3);
    expect(bench.run(A).held()).toEqual([2]);
  });

  test('a global translation is held in every PCID of its VPID, also in one that comes later, and in no other VPID', () => {
    const bench = new Bench({ entries: 8, ways: 8 });
    bench.fill(1, true);
    bench.fill(2);
    expect(bench.run(ANOTHER_PCID).held()).toEqual([1]);
    bench.fill(3, true);
    expect(bench.run(A).held()).toEqual([1, 2, 3]);
    expect(bench.run(B).held()).toEqual([]);
  });

  test('removing a global translation in one PCID removes it in all', () => {
    const bench = new Bench({ entries: 8, ways: 8 });
    bench.fill(1, true);
    bench.run(ANOTHER_PCID).tlb.invalidate(SMALL, 1);
    expect(bench.run(A).holds(1)).toBe(false);
  });

  test('a flush that keeps global translations keeps them and no others; INVLPG removes them too', () => {
    const bench = new Bench({ entries: 8, ways: 8 });
    bench.fill(1, true);
    bench.fill(2);
    bench.flush(A, true);
    expect(bench.held()).toEqual([1]);
    bench.tlb.invalidate(SMALL, 1);
    expect(bench.held()).toEqual([]);
  });

  test('pages of every size compete for the entries of a shared array, under keys of their own', () => {
    const bench = new Bench({ entries: 2, ways: 2 });
    bench.fill(1);
    bench.tlb.fill(LARGE, 0, 0, 512, READ, false, 100);
    expect([bench.holds(1), bench.tlb.slotOf[LARGE][0]! >= 0]).toEqual([true, true]);
    bench.tlb.fill(HUGE, 0, 0, 0, READ, false, 101); // page 1 is the oldest
    expect([bench.holds(1), bench.tlb.slotOf[LARGE][0]! >= 0, bench.tlb.slotOf[HUGE][0]! >= 0]).toEqual([
      false,
      true,
      true,
    ]);
    expect([...bench.tlb.held]).toEqual([0, 1, 1]);
  });
});
