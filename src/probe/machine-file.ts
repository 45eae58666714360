/** A machine for the simulator, made of a probe: a preset, with what was measured in its place, and for every value where it comes from. */
import { stringify } from 'yaml';
import { DEFAULT_MACHINE } from '../config/default-machine.js';
import { MACHINES } from '../config/machines/index.js';
import { machineSchema, type Machine, type TlbLevelConfig } from '../config/machine-schema.js';
import { entriesFor, firstDataLevel, secondDataLevel } from '../config/tlb-entries.js';
import { conclusions, us, type Conclusions } from './conclusions.js';
import type { Probe, StatedCache } from './probe-file.js';
import { cacheTimes } from './plateaus.js';

const FARTHEST = 8;

/** The preset of the vendor whose TLBs and caches differ least; model numbers are the hypervisor's to choose. */
export function nearestPreset({ environment }: Probe, { small }: Conclusions): Machine {
  const { vendor, caches } = environment;
  const kib = (level: number): number | undefined => caches.find((cache) => cache.level === level)?.kib;
  const presets = Object.values(MACHINES).map((input) => machineSchema.parse(input));
  const distance = (machine: Machine): number =>
    octaves(small.first?.entries, entriesFor(firstDataLevel(machine.tlb), '4k')) +
    octaves(small.second?.entries, secondEntries(machine.tlb)) +
    (octaves(kib(1), machine.caches.l1d.kib) + octaves(kib(2), machine.caches.l2.kib)) / 2;
  const candidates = presets
    .filter((machine) => machine.name !== 'yardstick' && machine.vendor === vendor)
    .sort((a, b) => distance(a) - distance(b) || b.year - a.year);
  return candidates[0] ?? presets.find(({ name }) => name === DEFAULT_MACHINE)!;
}

/** Octaves between a size that was measured or stated, where there is one, and a preset's; a preset without that part is farthest. */
function octaves(found: number | null | undefined, preset: number | null): number {
  if (found == null) return 0;
  return preset === null ? FARTHEST : Math.abs(Math.log2(found / preset));
}

export function machineOf(probe: Probe): Machine {
  const found = conclusions(probe);
  const preset = nearestPreset(probe, found);
  const { environment, clockGhz } = probe;
  const doubts: string[] = [];
  const say = (what: string, from: string): number => doubts.push(`${what}: ${from}`);
  const ofPreset = (what: string, why: string): number => say(what, `of ${preset.name}; ${why}`);
  const tlb = structuredClone(preset.tlb);

  const { first, second, secondHitNs } = found.small;
  if (first?.entries != null) {
    const level = firstDataLevel(tlb);
    const same = entriesFor(level, '4k') === first.entries;
    const size = `${first.entries} entries for 4 KiB pages measured (from ${first.from} to ${first.to} pages)`;
    say(
      'first-level data TLB',
      same ? `${size}; ways and larger pages of ${preset.name}` : `${size}; fully associative assumed`,
    );
    if (!same) {
      const changed = withEntries(level, first.entries, 0);
      if ('load' in tlb.l1d) tlb.l1d.load = changed;
      else tlb.l1d = changed;
    }
  } else ofPreset('first-level data TLB', found.small.why.join('; '));

  if (second?.entries != null) {
    const same = secondEntries(tlb) === second.entries;
    const size = `${second.entries} entries for 4 KiB pages measured (from ${second.from} to ${second.to} pages; the roundest number there)`;
    const ways = second.entries % 8 === 0 ? 8 : second.entries % 4 === 0 ? 4 : 0;
    say(
      'second-level TLB',
      same ? `${size}; ways and larger pages of ${preset.name}` : `${size}; ${ways} ways assumed`,
    );
    if (!same) tlb.l2 = withSecond(tlb.l2, second.entries, ways);
  } else ofPreset('second-level TLB', found.small.why.join('; '));

  if (secondHitNs !== null) {
    tlb.l2HitCycles = Math.max(1, Math.round(secondHitNs * clockGhz));
    say('second-level hit', `${tlb.l2HitCycles} cycles measured`);
  } else ofPreset('second-level hit', 'not seen');

  const caches = structuredClone(preset.caches);
  const sizes = { l1d: 1, l2: 2, l3: 3 } as const;
  for (const name of ['l1d', 'l2', 'l3'] as const) {
    const cache = caches[name];
    if (cache === null) continue;
    const stated = environment.caches.find(({ level }) => level === sizes[name]);
    if (stated === undefined) ofPreset(`size of ${name}`, 'the system does not state it');
    else {
      Object.assign(cache, { kib: stated.kib, ways: stated.ways } satisfies Omit<StatedCache, 'level'>);
      say(
        `size of ${name}`,
        `as the system states it${environment.virtual === true ? ', which a hypervisor may choose' : ''}`,
      );
    }
  }
  const times = cacheTimes(probe.small.points, caches);
  for (const name of ['l1d', 'l2', 'l3'] as const) {
    const cache = caches[name];
    const ns = times[name];
    if (cache === null) continue;
    if (ns === null) ofPreset(`latency of ${name}`, 'no dense footprint lies well within it alone');
    else {
      cache.cycles = Math.round(ns * clockGhz);
      say(`latency of ${name}`, `${cache.cycles} cycles measured${name === 'l1d' ? " in Node's typed arrays" : ''}`);
    }
  }
  ofPreset('latency of memory', 'not measured: dense footprints do not leave the caches');
  ofPreset('instruction and store TLBs, walk cache, nested TLB, paging, tags, share of table lines', 'not measured');
  const { native } = probe;
  if ('missing' in native) ofPreset('prices of exits', `not measured: ${native.missing}`);
  else {
    const { cpuidExitNs } = native.prices;
    const price = `an exit by CPUID took ${us(cpuidExitNs)}, ${Math.round(cpuidExitNs * clockGhz)} cycles`;
    ofPreset('prices of exits', environment.virtual === true ? price : 'no hypervisor is below');
  }
  return machineSchema.parse({
    ...preset,
    name: 'probed',
    title: `${environment.title} (probed)`,
    source: `vmmu probe; what it does not measure: preset ${preset.name}`,
    doubts,
    tlb,
    caches,
  });
}

export function machineYaml(probe: Probe): string {
  return `# A processor as vmmu probe measured it: --machine FILE. Where each value comes from stands in doubts.\n${stringify(machineOf(probe), { lineWidth: 120 })}`;
}

export function secondEntries(tlb: Machine['tlb']): number | null {
  const second = secondDataLevel(tlb);
  return second === null ? null : entriesFor(second, '4k');
}

function withSecond(level: Machine['tlb']['l2'], entries: number, ways: number): Machine['tlb']['l2'] {
  if (level === null) return { unified: withEntries({}, entries, ways) };
  if ('unified' in level) return { unified: withEntries(level.unified, entries, ways) };
  return { ...level, data: withEntries(level.data, entries, ways) };
}

/** One array for 4 KiB pages, and for what its predecessors held; others stay. */
function withEntries(level: TlbLevelConfig, entries: number, ways: number): TlbLevelConfig {
  const array = { entries, ways, replacement: 'lru', index: 'modulo' } as const;
  if (level.shared) return { shared: array };
  const { '4k+2m': both, '4k+1g': andHuge, ...others } = level;
  if (both && !andHuge) return { ...others, '4k+2m': array };
  return { ...others, '4k': array };
}
