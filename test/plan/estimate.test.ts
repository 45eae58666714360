import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateOf, type Rates } from '../../src/plan/estimate.js';
import { likely, moved, span } from '../../src/plan/inputs.js';
import type { Measured } from '../../src/plan/load/demand.js';
import { guestEvents } from '../../src/plan/load/exits.js';
import { missRatio } from '../../src/plan/load/miss-ratio.js';
import { tlbEntries } from '../../src/plan/tlb-entries.js';
import type { WalkPrices } from '../../src/plan/walk-costs.js';
import { host, MEASURED, preset, vm, WALKS } from './machines.js';

const NOW: Measured = { paging: 'nested', hostPages: '4k', guestPages: '4k', nestedVirtualization: false, tags: true };
const estimate = (profile = MEASURED, on = host(), more = {}) => estimateOf(vm(profile, more), on, () => null, WALKS);

describe('as it was measured', () => {
  test('walks are those that were measured, and the rest of the time is work', () => {
    const { rates, inputs } = estimate();
    const { tlbMisses, walkCycles, exits, share, otherShare } = rates(NOW, likely);
    expect(tlbMisses).toBeCloseTo(1e6, 3);
    expect(walkCycles).toBeCloseTo(6e7, 3);
    expect(exits).toEqual({ cpuid: expect.closeTo(300, 6) as number, nestedFault: expect.closeTo(100, 6) as number });
    // All walk cycles cost time: 6 % of it; 100 exits of 1,000 cycles are 0.01 %.
    const overlap = inputs.find(({ name }) => name.includes('share of walk cycles'))!;
    expect(rates(NOW, moved(overlap, 1)).share).toBeCloseTo(0.0601, 6);
    expect(share).toBeGreaterThan(0.03);
    expect(otherShare).toBeCloseTo(0.0003, 6);
  });

  test('of several virtual processors that are half idle, the same each busy second', () => {
    const twice = {
      ...MEASURED,
      vcpus: 4,
      perSecond: { ...MEASURED.perSecond, busyCycles: 2e9, tlbMisses: 2e6, walkCycles: 1.2e8 },
    };
    expect(estimate(twice).rates(NOW, likely).walkCycles).toBeCloseTo(6e7, 3);
    expect(estimate(twice).rates(NOW, likely).exits.cpuid).toBeCloseTo(150, 6);
  });
});

describe('under another configuration', () => {
  test('shadow paging walks as natively: a third of the cycles here', () => {
    const { rates } = estimate();
    const [nested, shadow] = [NOW, { ...NOW, paging: 'shadow' as const }].map((way) => rates(way, likely));
    const each = ({ walkCycles, tlbMisses }: Rates): number => walkCycles / tlbMisses;
    expect(each(nested!) / each(shadow!)).toBeCloseTo(3, 6);
  });

  test('exits of shadow paging by the laws of KVM: 1,000 faults, 1,500 writes, 2,000 loads of CR3, 500 INVLPGs', () => {
    const { profile } = vm(MEASURED);
    const { exits } = guestEvents(profile, 'v');
    const at = (place: 'low' | 'high') => exits({ ...NOW, paging: 'shadow' }, (one) => one[place], 1);
    expect(at('low')).toEqual({ guestFault: 1000, hiddenFault: 1000, cr3Write: 2000, invlpg: 500, tableWrite: 0 });
    expect(at('high')).toEqual({ guestFault: 1000, hiddenFault: 2000, cr3Write: 2000, invlpg: 500, tableWrite: 500 });
    expect(exits(NOW, likely, 1)).toEqual({ nestedFault: 100 });
    expect(exits({ ...NOW, paging: 'native' }, likely, 1)).toEqual({});
  });

  test('exits that are none of translation are the same under each kind of paging, for as much work', () => {
    const { rates } = estimate();
    for (const paging of ['shadow', 'nested', 'agile'] as const) {
      const { exits, slowdown } = rates({ ...NOW, paging }, likely);
      expect(exits.cpuid! * slowdown).toBeCloseTo(rates(NOW, likely).exits.cpuid! * rates(NOW, likely).slowdown, 6);
    }
  });

  test('agile paging costs at least the walks of shadow paging with the exits of nested paging, and at most the dearer of both', () => {
    const { rates, inputs } = estimate();
    const of = (paging: Measured['paging']) => span(inputs, (at) => rates({ ...NOW, paging }, at).slowdown);
    const [agile, shadow, nested] = [of('agile'), of('shadow'), of('nested')];
    expect(agile.low).toBeLessThanOrEqual(Math.min(shadow.low, nested.low));
    expect(agile.high).toBeLessThanOrEqual(Math.max(shadow.high, nested.high) * (1 + 1e-9));
  });

  test('in a virtual machine exits cost more and walks the same', () => {
    const { rates } = estimate();
    const [outside, inside] = [false, true].map((nestedVirtualization) =>
      rates({ ...NOW, nestedVirtualization }, likely),
    );
    expect(inside!.otherShare).toBeGreaterThan(5 * outside!.otherShare);
    expect(inside!.walkCycles / inside!.tlbMisses).toBeCloseTo(outside!.walkCycles / outside!.tlbMisses, 6);
  });

  test('without tags each exit empties the TLBs: at most all of their entries are walked for again', () => {
    const { rates, inputs } = estimate();
    const [tagged, untagged] = [true, false].map((tags) =>
      span(inputs, (at) => rates({ ...NOW, tags }, at).tlbMisses * rates({ ...NOW, tags }, at).slowdown),
    );
    expect(untagged!.low).toBeCloseTo(tagged!.low, 0);
    const entries = tlbEntries(preset('intel-cascadelake'), '4k');
    expect(untagged!.high - tagged!.high).toBeLessThanOrEqual(400 * entries * 1.3);
  });
});

describe('what is not known', () => {
  test('widens what comes out, and is never taken for nothing', () => {
    const { perSecond } = MEASURED;
    const nothing = { under: MEASURED.under, perSecond: { busyCycles: 1e9 } };
    const without = { ...MEASURED, perSecond: { ...perSecond, guestFaults: undefined, cr3Writes: undefined } };
    const shares = [MEASURED, without, nothing].map((profile) => {
      const { rates, inputs } = estimate(profile);
      const { low, high } = span(inputs, (at) => rates({ ...NOW, paging: 'shadow' }, at).share);
      return high - low;
    });
    expect(shares[1]).toBeGreaterThan(shares[0]!);
    expect(shares[2]).toBeGreaterThan(shares[1]!);
    for (const { low, high, from } of estimate(nothing).inputs) {
      expect(high).toBeGreaterThan(0);
      expect(low).toBeLessThanOrEqual(high);
      expect(from).not.toBe('');
    }
  });

  test('walk cycles cannot have cost more time than there was', () => {
    const busy = { ...MEASURED, perSecond: { ...MEASURED.perSecond, walkCycles: 1.9e9 } };
    const overlap = estimate(busy).inputs[0]!;
    expect(overlap.high).toBeCloseTo(0.5, 9);
    expect(overlap.low).toBeLessThanOrEqual(overlap.high);
  });
});

describe('misses with larger pages, or another TLB', () => {
  const machine = preset('intel-cascadelake');
  const small = { machine, size: '4k' as const };
  const large = { machine, size: '2m' as const };

  test('neighbouring pages: one of 512; pages far apart in a footprint beyond any TLB: all', () => {
    expect(missRatio(small, large, 1e9, 0)).toBeCloseTo(1 / 512, 12);
    expect(missRatio(small, large, 1e9, 1)).toBeCloseTo(1, 4);
  });

  test('same pages and TLB: the same misses, however far apart', () => {
    for (const locality of [0, 0.5, 1]) expect(missRatio(large, large, 1e6, locality)).toBe(1);
  });

  test('1,536 entries of 2 MiB over 4,096 MiB hold three quarters of it', () => {
    // Of the smaller pages 6 of 4,096 MiB are held.
    expect(missRatio(small, large, 4096, 1)).toBeCloseTo(0.25 / (1 - 6 / 4096), 9);
  });

  test('within the reach of both nothing is known of what misses: never less than one of 512', () => {
    expect(missRatio(small, large, 1, 1)).toBe(1);
    expect(missRatio(small, large, 100, 1)).toBeCloseTo(1 / 512, 12);
  });
});

describe('what a review found', () => {
  /** Walks cost ten times as much on a machine of this name. */
  const slow = { ...preset('intel-cascadelake'), name: 'slow' };
  const walks: WalkPrices = {
    of(machine, layout, footprint) {
      const { near, far } = WALKS.of(machine, layout, footprint);
      const times = machine.name === 'slow' ? 10 : 1;
      return { near: { ...near, cycles: times * near.cycles }, far: { ...far, cycles: times * far.cycles } };
    },
  };

  test('work is what was left on the machine that was measured: walks ten times as dear take ten times as long beside it', () => {
    const there = { ...MEASURED, under: { paging: 'nested' as const, machine: 'slow' } };
    const one = vm({ ...there, exits: { cpuid: 0 }, perSecond: { ...MEASURED.perSecond, firstTouches: 0 } });
    const { rates, inputs } = estimateOf(one, host(), () => slow, walks);
    const whole = moved(inputs[0]!, 1);
    // 6 % of its time was walks there; here a tenth of that, beside the same 94 % of work.
    expect(rates(NOW, whole).share).toBeCloseTo(0.006 / 0.946, 9);
  });

  test('a TLB without tags has its flushes in what was measured on it', () => {
    const merom = { ...preset('intel-merom'), name: 'untagged' };
    const way: Measured = { ...NOW, paging: 'shadow', tags: false };
    const profile = { ...MEASURED, under: { paging: 'shadow' as const } };
    const { rates } = estimateOf(vm(profile), host({ machine: merom }), () => null, WALKS);
    expect(rates(way, likely).walkCycles).toBeCloseTo(6e7, 3);
  });

  test('bare metal has no exits', () => {
    const native = { ...MEASURED, under: { paging: 'native' as const }, exits: { cpuid: 1e5 } };
    const { rates, inputs } = estimate(native);
    // 6 % walks, all of which cost time: work is the rest, without a cycle for exits.
    const at = moved(inputs[0]!, 1);
    expect(rates({ ...NOW, paging: 'native' }, at).share).toBeCloseTo(0.06, 9);
  });

  test('without tags, walks cost something even where there were none before', () => {
    const idle = { ...MEASURED, perSecond: { ...MEASURED.perSecond, tlbMisses: 0, walkCycles: 0 } };
    const { rates } = estimate(idle);
    expect(rates({ ...NOW, tags: false }, likely).walkCycles).toBeGreaterThan(0);
  });

  test('a kind of paging that was not replayed is not answered with another', () => {
    const replay = {
      machine: 'intel-cascadelake',
      guestPages: '4k',
      hostPages: '4k',
      refs: 1e6,
      walks: 1e3,
      walkRefs: 4e3,
    } as const;
    const replays = [
      { ...replay, paging: 'native', walkCycles: 1e4, exits: {} },
      { ...replay, paging: 'nested', walkCycles: 3e4, exits: { nestedFault: 10 } },
    ] as const;
    const { lacks, inputs } = estimate({ replays: [...replays] });
    expect(lacks({ ...NOW, paging: 'shadow' })).toBe('no replay under shadow paging on intel-cascadelake');
    expect(lacks({ ...NOW, paging: 'nested' })).toBeNull();
    // A trace has no clock: how much work a reference is was not told either.
    expect(inputs.map(({ low, high }) => [low, high])).toContainEqual([1, 5]);
  });

  test('no choice of inputs leaves a range that is printed', () => {
    const nothing = { under: { paging: 'nested' as const }, perSecond: { busyCycles: 1e9 } };
    const ways = ['shadow', 'nested', 'agile'].flatMap((paging) => [
      { ...NOW, paging: paging as 'shadow' },
      { ...NOW, paging: paging as 'shadow', guestPages: 'thp' as const, hostPages: '2m' as const },
      { ...NOW, paging: paging as 'shadow', tags: false },
    ]);
    for (const profile of [MEASURED, nothing]) {
      const { rates, inputs } = estimate(profile, host({ hugePercent: { low: 50, high: 90 } }), {
        thpPercent: { low: 30, high: 80 },
      });
      for (const way of ways) {
        const printed = span(inputs, (at) => rates(way, at).share);
        fc.assert(
          fc.property(
            fc.array(fc.constantFrom(0, 0.1, 0.5, 0.9, 1), { minLength: inputs.length, maxLength: inputs.length }),
            (places) => {
              const at = new Map(inputs.map(({ name, low, high }, n) => [name, low + places[n]! * (high - low)]));
              const { share } = rates(way, ({ name }) => at.get(name)!);
              expect(share).toBeGreaterThanOrEqual(printed.low - 1e-9);
              expect(share).toBeLessThanOrEqual(printed.high + 1e-9);
            },
          ),
          { numRuns: 200 },
        );
      }
    }
  });
});
