/** Walk caches and the nested TLB one step at a time: where a walk begins, what is kept, what goes. Numbers are of a 4-level 4K-on-4K walk. */
import { describe, expect, test } from 'vitest';
import type { WalkCacheConfig } from '../../src/config/machine-schema.js';
import { PTE } from '../../src/memory/formats/index.js';
import { ACCESS } from '../../src/mmu/dimension.js';
import { NestedTlb } from '../../src/mmu/nested-tlb.js';
import { createWalkCache } from '../../src/mmu/walk-cache/index.js';
import type { Walker } from '../../src/mmu/walker.js';
import { WALK } from '../../src/mmu/walker.js';
import { buildNative, buildNested } from '../../src/verify/tables.js';

const VPN = 0x1_2345;
const REGION = 512;
const FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed | PTE.dirty;
const tables = { entries: 16, ways: 0, cycles: 1 } as const;
const ORGANISATIONS = ['uptc', 'sptc', 'utc', 'stc', 'tpc'] as const;

function cacheOf(organisation: WalkCacheConfig['organisation'], entries = 16): WalkCacheConfig {
  const size = { entries, ways: 0 };
  const rest = { dimensions: '1d', cycles: 1 } as const;
  if (organisation !== 'sptc' && organisation !== 'stc') return { organisation, ...size, ...rest };
  return { organisation, pml5e: size, pml4e: size, pdpte: size, pde: size, ...rest };
}

function refsOf(walker: Walker, vpn: number, access: number = ACCESS.user): number {
  expect(walker.walk(vpn, access)).toBe(WALK.ok);
  return walker.refs;
}

describe.each(ORGANISATIONS)('a native walk with a %s', (organisation) => {
  const setUp = (entries?: number) => {
    const { walker, guest } = buildNative('4level', 1, VPN);
    for (const page of [VPN + 1, VPN + REGION, VPN + 2 * REGION, VPN + REGION ** 2]) guest.set(page, 1000, FLAGS);
    walker.setWalkCache(createWalkCache(cacheOf(organisation, entries)), false);
    return walker;
  };

  test('reads what an earlier walk has not read: 4, then 1 in the same table, 2 in the next, 3 in another GiB, 1 in the next again', () => {
    const walker = setUp();
    const pages = [VPN, VPN, VPN + 1, VPN + REGION, VPN + REGION ** 2, VPN + REGION];
    expect(pages.map((vpn) => refsOf(walker, vpn))).toEqual([4, 1, 1, 2, 3, 1]);
  });

  test('evicts nothing while there is room', () => {
    const walker = setUp();
    refsOf(walker, VPN);
    expect(walker.walkCache!.evictions).toBe(0);
  });
});

test('a walk cache gives up what was used least recently: a hit is a use', () => {
  const { walker, guest } = buildNative('4level', 1, VPN);
  for (const page of [VPN + REGION, VPN + 2 * REGION]) guest.set(page, 1000, FLAGS);
  const none = null;
  const pde = { entries: 2, ways: 0 };
  const rest = { pml5e: none, pml4e: none, pdpte: none, dimensions: '1d', cycles: 1 } as const;
  walker.setWalkCache(createWalkCache({ organisation: 'stc', pde, ...rest }), false);
  for (const page of [VPN, VPN + REGION]) refsOf(walker, page);
  expect(refsOf(walker, VPN)).toBe(1);
  expect(refsOf(walker, VPN + 2 * REGION)).toBe(4);
  expect([refsOf(walker, VPN), refsOf(walker, VPN + REGION)]).toEqual([1, 4]);
  expect(walker.walkCache!.evictions).toBe(2);
});

describe('a nested TLB', () => {
  test('of tables saves the 16 nested references to them, and never those to data', () => {
    const { walker } = buildNested('4level', 1, '4level', 1, VPN);
    walker.nestedTlb = new NestedTlb({ ...tables, holds: 'tables' });
    expect([VPN, VPN, VPN].map((vpn) => refsOf(walker, vpn))).toEqual([24, 8, 8]);
  });

  test('of all saves the 20 nested references', () => {
    const { walker } = buildNested('4level', 1, '4level', 1, VPN);
    walker.nestedTlb = new NestedTlb({ ...tables, holds: 'all' });
    expect([VPN, VPN].map((vpn) => refsOf(walker, vpn))).toEqual([24, 4]);
  });
});

/** The nested entry of a level on the way to the data: guest tables lie in another GiB. */
function nestedEntry(walker: Walker, level: number): { low: number } {
  const seen: number[] = [];
  const { walker: plain } = buildNested('4level', 1, '4level', 1, VPN); // the same frames, without caches
  plain.observer = {
    reference: (dimension, of, address) => {
      if (dimension === 1 && of === level) seen.push(address);
    },
    update: () => undefined,
  };
  plain.walk(VPN, ACCESS.user);
  const [frame, word] = [Math.floor(seen.at(-1)! / 4096), (seen.at(-1)! % 4096) / 4];
  return {
    get low() {
      return walker.memory.read(frame, word);
    },
    set low(low) {
      walker.memory.write(frame, word, low);
    },
  };
}

describe('a nested fault removes what is cached of the way to its guest frame, so that a VMM repairs it without INVEPT', () => {
  const WRITE = ACCESS.user | ACCESS.write;

  test('nested TLB: a copy of the page in another frame is read at once', () => {
    const { walker, frame } = buildNested('4level', 1, '4level', 1, VPN);
    const leaf = nestedEntry(walker, 1);
    const before = leaf.low;
    leaf.low &= ~PTE.writable;
    walker.nestedTlb = new NestedTlb({ ...tables, holds: 'all' });
    expect([walker.walk(VPN, ACCESS.user), walker.walk(VPN, WRITE)]).toEqual([WALK.ok, WALK.nestedFault]);
    leaf.low = before + 4096;
    expect([walker.walk(VPN, ACCESS.user), walker.frame]).toEqual([WALK.ok, frame + 1]);
  });

  test.each(ORGANISATIONS)('%s: a right that is given to a pointer is seen at once', (organisation) => {
    const { walker } = buildNested('4level', 1, '4level', 1, VPN);
    walker.setWalkCache(createWalkCache({ ...cacheOf(organisation), dimensions: '2d' }), true);
    const pointer = nestedEntry(walker, 2);
    pointer.low &= ~PTE.writable;
    expect([walker.walk(VPN, ACCESS.user), walker.walk(VPN, WRITE)]).toEqual([WALK.ok, WALK.nestedFault]);
    pointer.low |= PTE.writable;
    expect(walker.walk(VPN, WRITE)).toBe(WALK.ok);
  });

  test('uptc: and nothing of the way to any other', () => {
    const { walker, guest } = buildNested('4level', 1, '4level', 1, VPN);
    guest.set(VPN + 1, 2 ** 27, FLAGS); // in 512 GiB of which nested tables map nothing: the fault is at their root
    walker.setWalkCache(createWalkCache({ ...cacheOf('uptc', 64), dimensions: '2d' }), true);
    const leaves = 5 + 1; // of five nested walks, and of the guest
    refsOf(walker, VPN);
    expect(refsOf(walker, VPN)).toBe(leaves);
    expect(walker.walk(VPN + 1, ACCESS.user)).toBe(WALK.nestedFault);
    expect(refsOf(walker, VPN)).toBe(leaves + 3); // the guest's entries above the leaf table: both pages share them
  });
});
