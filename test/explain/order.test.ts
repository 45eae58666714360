import { expect, test } from 'vitest';
import { gridOf } from '../../src/explain/grid.js';
import type { MappingRequest } from '../../src/explain/mapping-choices.js';
import { walksOf } from '../../src/explain/step.js';
import { firstWalk, mapping, referencesOf } from './walks.js';

/** As published: G the guest's entries from the root, H the nested entries on the way to each, UD the user's data. */
const ORDER_24 =
  'G1H1 G1H2 G1H3 G1H4 G1 G2H1 G2H2 G2H3 G2H4 G2 G3H1 G3H2 G3H3 G3H4 G3 G4H1 G4H2 G4H3 G4H4 G4 UDH1 UDH2 UDH3 UDH4';
const ORDER_15 = 'G1H1 G1H2 G1H3 G1 G2H1 G2H2 G2H3 G2 G3H1 G3H2 G3H3 G3 UDH1 UDH2 UDH3';

const orderOf = (asked: Partial<MappingRequest>): string =>
  referencesOf(firstWalk(mapping(asked)))
    .map(({ order }) => order)
    .join(' ');

test('the default is a 4K-on-4K walk, whose 24 references have the published labels in order', () => {
  expect(orderOf({})).toBe(ORDER_24);
});

test('the 15 references of a 2M-on-2M walk have the published labels in order', () => {
  expect(orderOf({ guestPage: '2m', hostPage: '2m' })).toBe(ORDER_15);
});

test('an entry is named by dimension and level, and a nested one by what it serves', () => {
  const { steps } = firstWalk(mapping());
  const names = steps.map((step) => (step.serves === null ? step.label : `${step.label} for ${step.serves}`));
  expect(names.slice(3, 6)).toEqual(['nL1 for gL4', 'gL4', 'nL4 for gL3']);
  expect(names.at(-1)).toBe('nL1 for data');
});

/** (G + 1)(H + 1) - 1, of G guest entries and H nested ones on each way; of PAE with registers one guest entry fewer. */
test.each([
  [{ host: 'none' }, 4],
  [{ host: 'none', guest: '5level', guestPage: '2m' }, 4],
  [{ host: 'none', guest: 'pae' }, 2],
  [{ host: 'none', guest: '32bit', guestPage: '4m' }, 1],
  [{ guestPage: '2m' }, 19],
  [{ guestPage: '1g', hostPage: '1g' }, 8],
  [{ guest: '5level', hostMode: '5level' }, 35],
  [{ guest: '5level', host: 'ept' }, 29],
  [{ guest: '32bit', hostMode: '32bit' }, 8],
  [{ guest: 'pae', host: 'ept' }, 14],
  [{ guest: 'none' }, 4],
] as const)('%j makes %i references, which point to each other', (asked, count) => {
  const walk = firstWalk(mapping(asked));
  expect(walk.references).toBe(count);
  expect(referencesOf(walk).map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
  expect(walk.end.kind).toBe('translated');
});

test('each entry lies in the page that the entry before it points to', () => {
  const page = (address: string): bigint => BigInt(address) >> 12n;
  const found = referencesOf(firstWalk(mapping()));
  for (const [at, entry] of found.entries()) {
    const before = found[at - 1];
    if (before?.target?.space !== 'system-physical') continue;
    expect(page(entry.address)).toBe(page(before.target.address));
  }
});

test('a second walk is saved what the first left in the caches: made and saved together are what a walk needs', () => {
  const [first, second] = walksOf(mapping({ repeat: 2 }, '2d+ntlb').happenings);
  for (const { references, savedByWalkCache, savedByNestedTlb } of [first!, second!])
    expect(references + savedByWalkCache + savedByNestedTlb).toBe(24);
  // What is left is the guest's leaf and the nested leaf of the data, which no walk cache keeps.
  expect(referencesOf(second!).map(({ label }) => label)).toEqual(['gL1', 'nL1']);
});

test('a first write sets accessed bits on the way and dirty bits in the leaves, once', () => {
  const [first, second] = walksOf(mapping({ clean: true, type: 'write', repeat: 2 }).happenings);
  const updates = first!.steps.filter((step) => step.kind === 'update');
  const ofGuest = updates.filter(({ dimension }) => dimension === 'guest');
  expect(ofGuest.map(({ label, sets }) => `${label}: ${sets.join(' ')}`)).toEqual([
    'gL4: A',
    'gL3: A',
    'gL2: A',
    'gL1: A D',
  ]);
  expect(second!.steps.filter((step) => step.kind === 'update')).toEqual([]);
});

test('under shadow tables the first walk faults, exits and is made again', () => {
  const { happenings } = mapping({ host: 'shadow', guestPage: '2m', hostPage: '2m' });
  const events = happenings.map((one) => (one.event === 'exit' ? one.cause : one.event));
  expect(events).toEqual(['walk', 'note', 'hiddenFault', 'softwareWalk', 'note', 'walk', 'note']);
  const [before, after] = walksOf(happenings);
  expect(before!.end).toMatchObject({ kind: 'pageFault', receiver: 'the VMM (VM exit)' });
  expect(referencesOf(after!).map(({ label }) => label)).toEqual(['sL4', 'sL3', 'sL2']);
  expect(happenings.at(-1)).toMatchObject({ text: 'a TLB entry holds 2 MiB of the guest page at gPA 0x40145678' });
  expect(mapping({ host: 'shadow', guestPage: '2m' }).happenings.at(-1)).toMatchObject({
    text: 'a TLB entry holds 4 KiB of a larger guest page (splintered) at gPA 0x40145678',
  });
});

test('an address that is not canonical is refused before any reference', () => {
  const { references, end } = firstWalk(mapping({ linear: '0x800000000000' }));
  expect(references).toBe(0);
  expect(end).toMatchObject({ kind: 'generalProtection', receiver: 'the guest (no VM exit)' });
});

test('each step of a walk stands in one cell of its grid', () => {
  for (const asked of [{}, { host: 'none' }, { guestPage: '2m', clean: true, type: 'write', repeat: 2 }] as const)
    for (const walk of walksOf(mapping(asked, '2d+ntlb').happenings)) {
      const steps = gridOf(walk).cells.flatMap((cell) => cell.steps);
      expect(steps.sort((one, other) => one - other)).toEqual([...walk.steps.keys()]);
    }
});
