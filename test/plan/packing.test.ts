import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundOf, pack, perHost, type Bin, type Item, type Size } from '../../src/plan/packing.js';

interface Vm extends Item, Size {}

const vm = (name: string, count: number, threads: number, memoryMib: number): Vm => ({
  name,
  count,
  threads,
  memoryMib,
});
const host = (name: string, count: number, threads: number, memoryMib: number): Bin => ({
  name,
  count,
  threads,
  memoryMib,
});
const packed = (vms: readonly Vm[], hosts: readonly Bin[]) => pack(vms, hosts, (one) => one);

describe('first fit, largest first', () => {
  test('hand-worked: 3 of 6 and 3 of 4 on hosts of 10 need three hosts', () => {
    const { hosts, left } = packed([vm('small', 3, 4, 1), vm('large', 3, 6, 1)], [host('h', 9, 10, 100)]);
    expect([...hosts]).toEqual([['h', 3]]);
    expect(left.size).toBe(0);
  });

  test('memory counts as well as processors', () => {
    expect([...packed([vm('v', 4, 1, 60)], [host('h', 9, 10, 100)]).hosts]).toEqual([['h', 4]]);
    expect([...packed([vm('v', 4, 1, 50)], [host('h', 9, 10, 100)]).hosts]).toEqual([['h', 2]]);
  });

  test('who finds no host is told, and kinds of hosts are opened in their order', () => {
    const { hosts, left } = packed([vm('v', 5, 10, 1)], [host('a', 1, 10, 9), host('b', 3, 10, 9)]);
    expect([...hosts]).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
    expect([...left]).toEqual([['v', 1]]);
  });

  test('no more hosts than machines, no fewer than the sum of all needs; nobody is lost', () => {
    const vms = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 })),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(vms, (all) => {
        const items = all.map(([count, threads, memory], at) => vm(String(at), count, threads, memory));
        const used = packed(items, [host('h', 1000, 10, 10)]).hosts.get('h')!;
        const sum = (of: (one: Vm) => number): number => items.reduce((total, one) => total + one.count * of(one), 0);
        expect(used).toBeLessThanOrEqual(sum(() => 1));
        expect(used).toBeGreaterThanOrEqual(
          Math.max(
            sum(({ threads }) => threads),
            sum(({ memoryMib }) => memoryMib),
          ) / 10,
        );
      }),
    );
  });
});

test('hosts filled together are filled as one item after the other would fill them', () => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 12 }),
  );
  const kinds = fc.tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 4, max: 30 }),
    fc.integer({ min: 4, max: 30 }),
  );
  fc.assert(
    fc.property(
      fc.array(sizes, { minLength: 1, maxLength: 4 }),
      fc.array(kinds, { minLength: 1, maxLength: 3 }),
      (all, bins) => {
        const items = all.map(([count, threads, memory], at) => vm(String(at), count, threads, memory));
        const hosts = bins.map(([count, threads, memory], at) => host(String(at), count, threads, memory));
        expect(packed(items, hosts)).toEqual(oneByOne(items, hosts));
      },
    ),
  );
});

/** The definition of first fit, largest first. */
function oneByOne(items: readonly Vm[], hosts: readonly Bin[]) {
  const share = (item: Vm): number => Math.max(item.threads / hosts[0]!.threads, item.memoryMib / hosts[0]!.memoryMib);
  const open: { host: Bin; threads: number; memoryMib: number }[] = [];
  const used = new Map<string, number>();
  const left = new Map<string, number>();
  const fits = (item: Size, free: Size): boolean => item.threads <= free.threads && item.memoryMib <= free.memoryMib;
  for (const item of [...items].sort((a, b) => share(b) - share(a)))
    for (let n = 0; n < item.count; n++) {
      let place = open.find((free) => fits(item, free));
      if (place === undefined) {
        const kind = hosts.find((one) => (used.get(one.name) ?? 0) < one.count && fits(item, one));
        if (kind === undefined) {
          left.set(item.name, (left.get(item.name) ?? 0) + 1);
          continue;
        }
        used.set(kind.name, (used.get(kind.name) ?? 0) + 1);
        place = { host: kind, threads: kind.threads, memoryMib: kind.memoryMib };
        open.push(place);
      }
      place.threads -= item.threads;
      place.memoryMib -= item.memoryMib;
    }
  return { hosts: used, left };
}

test('virtual machines a host: as many as the scarcer of both allows', () => {
  const room = { threads: 10, memoryMib: 100 };
  expect(perHost({ threads: 3, memoryMib: 10 }, room)).toBe(3);
  expect(boundOf({ threads: 3, memoryMib: 10 }, room)).toBe('processors');
  expect(perHost({ threads: 1, memoryMib: 40 }, room)).toBe(2);
  expect(boundOf({ threads: 1, memoryMib: 40 }, room)).toBe('memory');
  // Not 2, as 0.3 / 0.1 has it.
  expect(perHost({ threads: 0.1, memoryMib: 1 }, { threads: 0.3, memoryMib: 100 })).toBe(3);
});
