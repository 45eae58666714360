/** References of a walk without caches: (G+1)(H+1)−1 for G guest and H nested levels, counted from entries really read. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../src/memory/formats/index.js';
import { ACCESS } from '../../src/mmu/dimension.js';
import { WALK } from '../../src/mmu/walker.js';
import { checkCounts, labelOf, parseCounts } from '../../src/verify/formula.js';
import { buildNative, buildNested, type Built } from '../../src/verify/tables.js';

const VPN = 0x1_2345;

function refsOf({ walker, vpn, frame }: Built): number {
  expect(walker.walk(vpn, ACCESS.user | ACCESS.write)).toBe(WALK.ok);
  expect(walker.frame).toBe(frame);
  return walker.refs;
}

const PAGES = { '4K': 1, '2M': 2, '1G': 3 } as const;

describe('4-level guest on 4-level nested tables', () => {
  test.each([
    ['4K', '4K', 24],
    ['4K', '2M', 19],
    ['4K', '1G', 14],
    ['2M', '4K', 19],
    ['2M', '2M', 15],
    ['2M', '1G', 11],
    ['1G', '4K', 14],
    ['1G', '2M', 11],
    ['1G', '1G', 8],
  ] as const)('guest %s pages on host %s pages: %i references', (guest, host, refs) => {
    const built = buildNested('4level', PAGES[guest], '4level', PAGES[host], VPN);
    expect(refsOf(built)).toBe(refs);
    const levels = 5 - PAGES[guest];
    expect(sum(built.walker.guestRefs)).toBe(levels);
    expect(sum(built.walker.nestedRefs)).toBe(refs - levels);
  });

  test('4K pages read each guest level once and each nested level five times', () => {
    const { walker, vpn } = buildNested('4level', 1, '4level', 1, VPN);
    walker.walk(vpn, ACCESS.user);
    expect([...walker.guestRefs]).toEqual([0, 1, 1, 1, 1, 0]);
    expect([...walker.nestedRefs]).toEqual([0, 5, 5, 5, 5, 0]);
  });

  test('guest tables in 2M host pages, data in a 4K host page: 20', () => {
    // The nested 2M page holds the tables; data lies in another 2M region, mapped by 4K pages.
    expect(refsOf(buildNested('4level', 1, '4level', 1, VPN, 2))).toBe(20);
  });
});

test.each([
  ['4level', 1, 4],
  ['4level', 2, 3],
  ['4level', 3, 2],
  ['5level', 1, 5],
  ['32bit', 1, 2],
  ['32bit', 2, 1],
] as const)('native %s, leaf at level %i: %i references', (name, level, refs) => {
  expect(refsOf(buildNative(name, level, VPN))).toBe(refs);
});

test('native PAE reads two tables: its PDPTEs are registers', () => {
  const built = buildNative('pae', 1, VPN);
  expect(built.walker.loadPdptes()).toBe(WALK.ok);
  expect(built.walker.refs).toBe(4);
  expect(refsOf(built)).toBe(2);
});

test.each([
  ['5level', '5level', 35],
  ['5level', '4level', 29],
  ['4level', '5level', 29],
  ['32bit', '32bit', 8],
  ['32bit', '4level', 14],
  ['none', '4level', 4],
] as const)('%s guest on %s host, 4K pages: %i references', (guest, host, refs) => {
  if (guest === 'none') {
    const { walker, frame } = buildNested('4level', 1, host, 1, VPN);
    const guestFrame = frame - 2 ** 19;
    walker.guest.set(FORMATS.none, 0, walker.guest.controls);
    expect(walker.walk(guestFrame, ACCESS.user)).toBe(WALK.ok);
    expect(walker.frame).toBe(frame);
    expect(walker.refs).toBe(refs);
  } else {
    expect(refsOf(buildNested(guest, 1, host, 1, VPN))).toBe(refs);
  }
});

describe('the emulators made as many references', () => {
  const path = new URL('../vectors/reference_counts.json', import.meta.url);
  const rows = parseCounts(readFileSync(path, 'utf8'), 'reference_counts.json');

  test('in 143 pairs of tables and page sizes', () => expect(rows.length).toBe(143));

  test.each(rows.map((row) => [labelOf(row), row] as const))('%s', (_label, row) => {
    expect(checkCounts(row)).toBeNull();
  });

  test('a count that is one off is found', () => {
    const row = rows[0]!;
    const [walk, load, who] = row.references[0]!;
    expect(checkCounts({ ...row, references: [[walk + 1, load, who]] })).toContain(`found ${walk} and ${load}`);
  });
});

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
