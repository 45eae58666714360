import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LARGE, SMALL, TlbArray } from '../../src/mmu/tlb/tlb-array.js';

const READ = 1;
const KEYS = 64;

function array(entries: number, ways: number): TlbArray {
  const tlb = new TlbArray({ entries, ways });
  tlb.reserve(KEYS, KEYS);
  return tlb;
}

/** Fills a page whose key is its number. */
function fill(tlb: TlbArray, page: number, now: number, global = false): void {
  tlb.fill(SMALL, page, page, 1000 + page, READ, global, now);
}

const holds = (tlb: TlbArray, page: number): boolean => tlb.slotOf[SMALL][page]! >= 0;

/** The same in the plainest way: a list for each set, the most recent first. */
class PlainTlb {
  private readonly sets: number[][];

  constructor(
    entries: number,
    private readonly ways: number,
  ) {
    this.sets = Array.from({ length: entries / ways }, () => []);
  }

  private setOf(page: number): number[] {
    return this.sets[page % this.sets.length]!;
  }

  has(page: number): boolean {
    return this.setOf(page).includes(page);
  }

  use(page: number): void {
    this.remove(page);
    this.setOf(page).unshift(page);
    if (this.setOf(page).length > this.ways) this.setOf(page).pop();
  }

  remove(page: number): void {
    const set = this.setOf(page);
    if (set.includes(page)) set.splice(set.indexOf(page), 1);
  }

  flush(): void {
    for (const set of this.sets) set.length = 0;
  }
}

const page = fc.integer({ min: 0, max: KEYS - 1 });
const use = page.map((at) => ({ what: 'use' as const, at }));
const remove = page.map((at) => ({ what: 'remove' as const, at }));
const flush = fc.constant({ what: 'flush' as const, at: 0 });
const steps = fc.array(
  fc.oneof({ weight: 20, arbitrary: use }, { weight: 3, arbitrary: remove }, { weight: 1, arbitrary: flush }),
  {
    maxLength: 300,
  },
);

describe('a TLB array', () => {
  test.each([
    [8, 8],
    [16, 4],
    [12, 4], // three sets: by modulo
    [6, 2],
    [5, 1],
  ])('of %i entries and %i ways holds what a list of recently used pages for each set holds', (entries, ways) => {
    fc.assert(
      fc.property(steps, (history) => {
        const tlb = array(entries, ways);
        const plain = new PlainTlb(entries, ways);
        let now = 0;
        for (const { what, at } of history) {
          if (what === 'use') {
            const slot = tlb.slotOf[SMALL][at]!;
            if (slot >= 0) tlb.stamp[slot] = ++now;
            else fill(tlb, at, ++now);
            plain.use(at);
          } else if (what === 'remove') {
            tlb.invalidate(SMALL, at);
            plain.remove(at);
          } else {
            tlb.flush(false);
            plain.flush();
          }
          for (let key = 0; key < KEYS; key++) expect(holds(tlb, key)).toBe(plain.has(key));
        }
      }),
    );
  });

  test('with 0 ways is one set of all its entries', () => {
    const tlb = array(4, 0);
    for (const at of [0, 4, 8, 12]) fill(tlb, at, at + 1);
    expect([0, 4, 8, 12].map((at) => holds(tlb, at))).toEqual([true, true, true, true]);
  });

  test("INVLPG removes the page of the current ASID and keeps the other ASID's", () => {
    const tlb = array(8, 8);
    fill(tlb, 5, 1);
    tlb.selectTag(7);
    fill(tlb, 5, 2);
    tlb.invalidate(SMALL, 5);
    expect(holds(tlb, 5)).toBe(false);
    tlb.selectTag(0);
    expect(holds(tlb, 5)).toBe(true);
  });

  test("a flush empties the current ASID and keeps the other ASID's pages", () => {
    const tlb = array(8, 8);
    fill(tlb, 5, 1);
    tlb.selectTag(1);
    fill(tlb, 6, 2);
    tlb.flush(false);
    tlb.selectTag(0);
    expect([holds(tlb, 5), holds(tlb, 6)]).toEqual([true, false]);
  });

  test('entries of one ASID make room for those of another', () => {
    const tlb = array(2, 2);
    fill(tlb, 1, 1);
    fill(tlb, 2, 2);
    tlb.selectTag(1);
    fill(tlb, 3, 3);
    tlb.selectTag(0);
    expect([holds(tlb, 1), holds(tlb, 2)]).toEqual([false, true]);
  });

  test('a flush that keeps global translations keeps them and no others; INVLPG removes them too', () => {
    const tlb = array(8, 8);
    fill(tlb, 1, 1, true);
    fill(tlb, 2, 2);
    tlb.flush(true);
    expect([holds(tlb, 1), holds(tlb, 2)]).toEqual([true, false]);
    tlb.invalidate(SMALL, 1);
    expect(holds(tlb, 1)).toBe(false);
  });

  test('pages of 4 KiB and of 2 MiB compete for the entries of a shared array, under keys of their own', () => {
    const tlb = array(2, 2);
    fill(tlb, 1, 1);
    tlb.fill(LARGE, 1, 1, 512, READ, false, 2);
    expect([holds(tlb, 1), tlb.slotOf[LARGE][1]! >= 0]).toEqual([true, true]);
    fill(tlb, 2, 3); // page 1 is the oldest
    expect([holds(tlb, 1), holds(tlb, 2), tlb.slotOf[LARGE][1]! >= 0]).toEqual([false, true, true]);
    expect(tlb.held).toEqual([1, 1]);
  });
});
