import { describe, expect, test } from 'vitest';
import { machineSchema, type Machine, type MachineInput } from '../../src/config/machine-schema.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { arraysOf, heldBy, PRESETS, type Level, type Preset } from './presets.js';

const ALL = Object.values<MachineInput>(MACHINES);
const PARTS = ALL.filter(({ name }) => name !== 'yardstick').map((input) => machineSchema.parse(input));

function presetOf({ name }: Machine): Preset {
  return PRESETS[name]!;
}

function baseName(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.txt$| \(.*$/, '');
}

/** Whose latencies a part without a dump of its own has. */
function lender({ doubts }: Machine): string | undefined {
  return doubts
    .map((doubt) => /^latencies: borrowed from ([\w-]+),/.exec(doubt)?.[1])
    .find((name) => name !== undefined);
}

test('each preset is a machine', () => {
  expect(PARTS.map(({ name }) => name).sort()).toEqual(Object.keys(PRESETS).sort());
});

test.each(ALL)('$name satisfies the schema', (input) => {
  expect(machineSchema.safeParse(input).error).toBeUndefined();
});

test('machines stand by vendor, year and name', () => {
  const key = ({ vendor, year, name }: Machine): string => `${vendor} ${year} ${name}`;
  expect(PARTS.map(key)).toEqual(PARTS.map(key).sort());
});

describe.each(PARTS)('$name', (machine) => {
  const preset = presetOf(machine);
  const { vendor } = preset;
  const { tlb, caches } = machine;
  const arrays = (level: Level): string[] => arraysOf(level, vendor);

  test('its vendor and its dump are those of the preset', () => {
    expect(machine.vendor).toBe(vendor);
    expect(machine.source).toContain(`InstLatx64 ${baseName(preset.source)}`);
  });

  test('its first-level TLBs are those of CPUID', () => {
    expect(heldBy(tlb.l1i)).toEqual(arrays(preset.l1i));
    const split = (level: Machine['tlb']['l1d']) => ('load' in level ? level : { load: level, store: level });
    const { load, store } = 'load' in preset.l1d ? preset.l1d : { load: preset.l1d, store: preset.l1d };
    expect('load' in tlb.l1d).toBe('load' in preset.l1d);
    expect(heldBy(split(tlb.l1d).load)).toEqual(arrays(load as Level));
    expect(heldBy(split(tlb.l1d).store)).toEqual(arrays(store as Level));
  });

  test('its second-level TLBs are those of CPUID', () => {
    const { l2 } = tlb;
    if (l2 === null) expect(preset.l2).toBeNull();
    else if ('unified' in l2) expect(heldBy(l2.unified)).toEqual(arrays(preset.l2!));
    else {
      expect(heldBy(l2.instruction)).toEqual(arrays(preset.l2i!));
      expect(heldBy(l2.data)).toEqual(arrays(preset.l2d!));
    }
    expect(tlb.l2HitCycles).toBe(l2 === null ? 0 : 7);
  });

  test('its data caches are those of CPUID', () => {
    const { l1d, l2, l3 } = preset.cachesKB;
    expect([caches.l1d.kib, caches.l1d.ways]).toEqual(l1d);
    expect([caches.l2.kib, caches.l2.ways]).toEqual(l2);
    expect(caches.l3 === null ? null : [caches.l3.kib, caches.l3.ways]).toEqual(l3 && [l3[0], l3[1] ?? 16]);
  });

  test('its latencies are those that MemLat measured, its own or those of the machine that `doubts` names', () => {
    const from = lender(machine);
    expect(from === undefined).toBe(preset.latencyCycles !== null);
    const latencies = from === undefined ? preset.latencyCycles! : PRESETS[from]!.latencyCycles!;
    expect([caches.l1d.cycles, caches.l2.cycles, caches.memoryCycles]).toEqual([
      latencies.l1,
      latencies.l2,
      latencies.memPageRandom,
    ]);
    if (caches.l3 !== null) expect(caches.l3.cycles).toBe(latencies.l3);
    expect(machine.source).toContain(`latencies: ${baseName(latencies.file)}`);
  });

  test('its tags and its nested paging are those of its SVM leaf, or of its generation', () => {
    const { nested, taggedTlb, asids, flushByAsid } = machine;
    if (vendor === 'intel') {
      const hasEpt = machine.year >= 2008;
      expect([nested?.kind ?? null, taggedTlb, asids]).toEqual([hasEpt ? 'ept' : null, hasEpt, 65_536]);
    } else {
      const { svm, nasid } = preset;
      expect([nested?.kind ?? null, taggedTlb]).toEqual([svm!.includes('NP') ? 'npt' : null, true]);
      expect([asids, flushByAsid]).toEqual([nasid, svm!.includes('FlushByAsid')]);
      expect(machine.virtualization.vmcbClean).toBe(svm!.includes('VmcbClean'));
    }
  });

  test('its walk cache keeps nested entries where there are nested tables', () => {
    expect(machine.walkCache?.dimensions).toBe(machine.nested === null ? '1d' : '2d');
    expect(machine.nestedTlb !== null).toBe(machine.nested?.kind === 'npt');
  });
});

describe('what is not known of a part stands in its doubts', () => {
  const unknown = (about: RegExp, isUnknown: (machine: Machine) => boolean): void =>
    expect(PARTS.filter(isUnknown).filter(({ doubts }) => !doubts.some((doubt) => about.test(doubt)))).toEqual([]);

  test('ways that CPUID does not state', () => {
    unknown(/^level-3 cache: .*16 ways/, (machine) => presetOf(machine).cachesKB.l3?.[1] === null);
    unknown(/^ITLB: ways/, (machine) => Object.values(presetOf(machine).l1i).some((array) => array?.[1] === null));
  });

  test('latencies of a part with another signature', () => {
    const signature = (path: string): string => /(?:AMD|Intel)([0-9A-F]{7})/.exec(path)![1]!;
    unknown(/^latencies: of /, (machine) => {
      const { source, latencyCycles } = presetOf(machine);
      return latencyCycles !== null && signature(source) !== signature(latencyCycles.file);
    });
  });

  test('prices of exits of another generation', () => {
    const own = /prescott|merom|penryn|nehalem|westmere|sandybridge|cascadelake/;
    unknown(/^exit prices: of /, ({ name }) => !own.test(name));
  });

  test('the replacement of TLBs, which only TLB;DR measured', () => {
    const measured = PARTS.filter(({ source }) => source.includes('TLB;DR'));
    expect(measured.map(({ name }) => name)).toEqual(['intel-skylake', 'intel-skylake-sp', 'intel-cascadelake']);
    for (const { tlb } of measured) {
      expect(tlb.l1d).toMatchObject({ '4k': { replacement: 'tree-plru', index: 'modulo' } });
      expect(tlb.l2).toMatchObject({ unified: { '4k+2m': { replacement: 'mru3-plru4', index: 'xor' } } });
    }
    const lru = PARTS.filter((machine) => !measured.includes(machine));
    expect(lru.filter(({ tlb }) => /plru|fifo|random/.test(JSON.stringify(tlb)))).toEqual([]);
    unknown(/LRU (and non-inclusive )?assumed/, () => true);
  });

  test('walk caches, nested TLBs and hits in the second level', () => {
    unknown(/^walk cache: /, () => true);
    unknown(/^nested TLB: /, ({ nestedTlb }) => nestedTlb !== null);
    unknown(/^second-level TLB hit: /, ({ name, tlb }) => tlb.l2 !== null && name !== 'amd-zen5');
  });
});
