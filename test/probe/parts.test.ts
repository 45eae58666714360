import { describe, expect, test } from 'vitest';
import { MACHINES } from '../../src/config/machines/index.js';
import { machineSchema } from '../../src/config/machine-schema.js';
import { Chains } from '../../src/probe/chains.js';
import { LOADS } from '../../src/probe/chase.js';
import { conclusions } from '../../src/probe/conclusions.js';
import { statedTlb } from '../../src/probe/cpuid.js';
import { machineOf, nearestPreset, secondEntries } from '../../src/probe/machine-file.js';
import { entriesFor, firstDataLevel } from '../../src/config/tlb-entries.js';
import { parseNative } from '../../src/probe/native.js';
import { parseProbe, type Probe } from '../../src/probe/probe-file.js';
import { pagesWithin } from '../../src/probe/probe.js';
import { Least } from '../../src/probe/least.js';
import { mappingOf } from '../../src/probe/smaps.js';
import { stored } from './stored.js';

const probe = stored('shared');

describe('chains', () => {
  const places = (words: Uint32Array, from: number): Set<number> => {
    const seen = new Set<number>();
    for (let at = from; !seen.has(at); at = words[at]!) seen.add(at);
    return seen;
  };

  test('lead once through all their lines, also where others have been drawn in the same buffer since', () => {
    const chains = new Chains(2048, 1);
    const drawn = [[1, 2048], [1, 97], [11, 186], ...Array.from({ length: 40 }, () => [1, 300])].map(
      ([stride, pages]) => ({
        pages: pages!,
        stride: stride!,
        chain: chains.spread(pages!, stride),
      }),
    );
    for (const { pages, stride, chain } of drawn) {
      const seen = places(chain.words, chain.from);
      expect(new Set([...seen].map((word) => Math.floor(word / 1024 / stride))).size).toBe(pages);
      expect(seen.size).toBe(pages);
    }
  });

  test('of dense lines too, whatever the windows', () => {
    for (const lines of [4, 1023, 1024, 1025, 5000]) {
      const { words, from } = new Chains(16, 1).dense(lines);
      expect([...places(words, from)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: lines }, (_, line) => 16 * line),
      );
    }
  });

  test('are longer than the loads between which V8 looks at a page of its own', () =>
    expect(LOADS).toBeGreaterThan(128));
});

test('the least of many chunks is as sure as the third least', () => {
  const least = new Least();
  for (const ns of [9, 5, 7, 5.5, 6]) least.add(ns);
  expect(least.time).toEqual({ ns: 5, noise: 1 });
});

test('memory: the footprints that fit, and how much the least needs', () => {
  expect(pagesWithin(1200)).toBe(262_144);
  expect(pagesWithin(300)).toBe(32_768);
  expect(() => pagesWithin(150)).toThrow('--memory: found 150 MiB; the chases need 177 MiB or more');
});

test('the kernel says what pages a buffer has', () => {
  const smaps = [
    '7f00-7f10 rw-p 0 00:00 0 ',
    'Rss:                 100 kB',
    'AnonHugePages:         0 kB',
    '7fa9-7fb0 rw-p 0 00:00 0 ',
    'Rss:               65540 kB',
    'AnonHugePages:     65536 kB',
  ].join('\n');
  expect(mappingOf(smaps, 65_536 * 1024)).toEqual({ residentKib: 65_540, hugeKib: 65_536 });
  expect(mappingOf(smaps, 2 ** 30)).toBeNull();
});

describe('what CPUID states', () => {
  test('AMD: 96 and 128 entries, as a virtual machine on a Zen 5 said, whose second level has 4096', () => {
    const leaves = {
      '80000005.0': 'ff60ff40.ff60ff40.00000000.00000000',
      '80000006.0': '40802040.60804040.00000000.00000000',
    };
    expect(statedTlb(leaves, 'amd')).toMatchObject({ first: 96, second: 128 });
  });

  test('Intel: subleaves of loads of 4 KiB pages are added up', () => {
    const leaves = {
      '18.0': '00000003.00000000.00000000.00000000',
      '18.1': '00000000.00040001.00000010.00000024',
      '18.2': '00000000.00080003.00000080.00000043',
      '18.3': '00000000.00080009.00000080.00000043',
    };
    expect(statedTlb(leaves, 'intel')).toMatchObject({ first: 64, second: 2048 });
  });
});

describe('lines of the C program', () => {
  test('are read strictly', () => {
    expect(() => parseNative('additionNs 0.25\n')).toThrow('ended in the midst');
    expect(() => parseNative('additionNs 0.25\nend 0\n')).toThrow('printed no cpuidExitNs');
    expect(() => parseNative('additionNs x\nend 0\n')).toThrow("printed 'additionNs x'");
  });
});

describe('a machine of a probe', () => {
  test('is the preset whose TLBs and caches are nearest, with what was measured in their place', () => {
    const machine = machineOf(probe);
    expect(machine.source).toContain('intel-graniterapids');
    expect([entriesFor(firstDataLevel(machine.tlb), '4k'), secondEntries(machine.tlb)]).toEqual([96, 2048]);
    expect(machine.tlb.l1d).toEqual(machineSchema.parse(MACHINES['intel-graniterapids']).tlb.l1d);
  });

  test.each(['intel', 'amd', null] as const)(
    'has the entries that were measured, whatever the vendor says: %s',
    (vendor) => {
      const machine = machineOf({ ...probe, environment: { ...probe.environment, vendor, caches: [] } });
      expect([entriesFor(firstDataLevel(machine.tlb), '4k'), secondEntries(machine.tlb)]).toEqual([96, 2048]);
    },
  );

  test.each(Object.keys(MACHINES))('says of each value where it comes from: nearest to %s', (name) => {
    const machine = machineSchema.parse(MACHINES[name as keyof typeof MACHINES]);
    const { vendor, caches } = machine;
    const environment = {
      ...probe.environment,
      vendor,
      caches: [
        { level: 1, kib: caches.l1d.kib, ways: caches.l1d.ways },
        { level: 2, kib: caches.l2.kib, ways: caches.l2.ways },
      ],
    };
    const found = conclusions(probe);
    expect(nearestPreset({ ...probe, environment }, found).vendor).toBe(vendor);
    const doubts = machineOf({ ...probe, environment }).doubts.join('\n');
    for (const part of [
      'first-level data TLB',
      'second-level hit',
      'size of l2',
      'second-level TLB',
      'latency of memory',
      'prices of exits',
    ])
      expect(doubts).toContain(part);
  });
});

describe('conclusions', () => {
  const { native } = probe;
  const withPrices = (change: object): Probe => ({
    ...probe,
    native: 'missing' in native ? native : { ...native, prices: { ...native.prices, ...change } },
  });

  test('a fault and a switch that cost less than an exit hold none: nested paging', () => {
    expect(conclusions(probe).paging.answer).toBe('nested');
    expect(conclusions(withPrices({ writeFaultNs: 60_000 })).paging.answer).toBe('unknown');
    expect(conclusions({ ...probe, native: { missing: 'no cc' } }).paging).toEqual({
      answer: 'unknown',
      why: 'no price of an exit: no cc',
    });
    expect(conclusions({ ...probe, environment: { ...probe.environment, virtual: false } }).paging.answer).toBe('none');
  });

  test('the host splinters where the first level is full at as many lines in pages of 2 MiB', () => {
    expect(conclusions(probe).splinters.answer).toBe('yes');
    expect(conclusions({ ...probe, huge: { missing: 'never' } }).splinters.answer).toBe('unknown');
    const flat = 'missing' in probe.huge ? [] : probe.huge.points.map((one) => ({ ...one, spread: one.dense }));
    const huge = 'missing' in probe.huge ? probe.huge : { ...probe.huge, points: flat };
    expect(conclusions({ ...probe, huge }).splinters.answer).toBe('no');
    const noisy = { ...huge, points: flat.map((one) => ({ ...one, spread: { ns: one.spread.ns, noise: 5 } })) };
    expect(conclusions({ ...probe, huge: noisy }).splinters.answer).toBe('unknown');
  });
});

test('a probe file that is none is refused with the place of what is wrong', () => {
  expect(() => parseProbe('{', 'x.json')).toThrow(/^x\.json: /);
  expect(() => parseProbe(JSON.stringify({ ...probe, clockGhz: 0 }), 'x.json')).toThrow(/^x\.json: clockGhz: /);
  const turned = { ...probe.small, points: [...probe.small.points].reverse() };
  expect(() => parseProbe(JSON.stringify({ ...probe, small: turned }), 'x.json')).toThrow('ascending order of pages');
});
