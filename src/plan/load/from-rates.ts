/** Loads from measured rates, or those written by hand: what was counted under one configuration, carried over to others by replayed walks. */
import type { Machine } from '../../config/machine-schema.js';
import { effectivePages, type Configuration } from '../configuration.js';
import type { Host, Vm } from '../fleet.js';
import { input, type At, type Input } from '../inputs.js';
import { CYCLES_PER_REFERENCE, fixed, known, unknown } from '../unknowns.js';
import { layoutOf, type WalkCost, type WalkCosts, type WalkPrices } from '../walk-costs.js';
import type { Demand, Measured } from './demand.js';
import { guestEvents } from './exits.js';
import type { Exits, Load } from './load.js';
import { missRatio } from './miss-ratio.js';

const NATIVE: NonNullable<Vm['profile']['under']> = {
  paging: 'native',
  hostPages: '4k',
  guestPages: '4k',
  nestedVirtualization: false,
};

/** @param measuredOn the machine of the profile; null: not told, or not known: the host's */
export function demandOfRates(vm: Vm, host: Host, measuredOn: Machine | null, walks: WalkPrices): Demand {
  const { profile, name: label } = vm;
  const { perSecond, evidence } = profile;
  const hertz = host.gigahertz * 1e9;
  const before = profile.under ?? NATIVE;
  const under: Measured = { ...before, tags: before.tags ?? (measuredOn ?? host.machine).taggedTlb };
  const from = measuredOn ?? host.machine;
  const busy = known(
    `${label}: busy cycles`,
    perSecond.busyCycles,
    evidence['perSecond.busyCycles'] ?? 'measured',
    () => fixed(`${label}: share of time that it was busy`, vm.busyPercent / 100, 'not measured: as the fleet says'),
  );
  const locality = localityOf(label);
  const footprint = footprintOf(vm);
  const misses = optional(`${label}: TLB misses`, perSecond.tlbMisses, evidence['perSecond.tlbMisses']);
  const cycles = optional(`${label}: cycles of walks`, perSecond.walkCycles, evidence['perSecond.walkCycles']);
  const refs = optional(`${label}: references of walks`, perSecond.walkRefs, evidence['perSecond.walkRefs']);
  const share = unknown('walkShare', `${label}: share of cycles in walks`);
  const events = guestEvents(profile, label);
  const others = otherExits(vm);
  const needed = misses === null && cycles === null ? [share] : [misses, cycles].filter((one) => one !== null);

  const costs = (
    machine: Machine,
    way: { paging: string } & Pick<Configuration, 'guestPages' | 'hostPages'>,
    at: At,
  ): WalkCost => between(walks.of(machine, layoutOf(way), at(footprint)), at(locality));
  const scaleOf = (at: At): number =>
    hertz / (perSecond.busyCycles === undefined ? at(busy) * hertz * profile.vcpus : at(busy));

  const exitsUnder = (way: Measured, at: At): Exits =>
    way.paging === 'native' ? {} : { ...others.exits(at, scaleOf(at)), ...events.exits(way, at, scaleOf(at)) };
  /** As it was measured, in a second of a busy virtual processor. */
  const measured = (at: At): { misses: number; cycles: number; refs: number } => {
    const each = costs(from, before, at);
    const scale = scaleOf(at);
    const walkCycles =
      cycles !== null ? at(cycles) * scale : misses !== null ? at(misses) * scale * each.cycles : at(share) * hertz;
    const tlbMisses = misses !== null ? at(misses) * scale : walkCycles / each.cycles;
    return { misses: tlbMisses, cycles: walkCycles, refs: refs === null ? tlbMisses * each.refs : at(refs) * scale };
  };
  return {
    inputs: [
      busy,
      locality,
      footprint,
      ...needed,
      ...(refs === null ? [] : [refs]),
      ...events.inputs,
      ...others.inputs,
    ],
    measured: {
      under,
      load(at) {
        const { misses: tlbMisses, cycles: walkCycles, refs: walkRefs } = measured(at);
        return { tlbMisses, walkRefs, walkCycles, exits: exitsUnder(under, at) };
      },
    },
    lacks: () => null,
    replayed: false,
    load(configuration, at): Load {
      const counted = measured(at);
      const [then, now] = [costs(from, before, at), costs(host.machine, configuration, at)];
      const reach = (machine: Machine, way: Pick<Configuration, 'guestPages' | 'hostPages'> & { paging: string }) => ({
        machine,
        size:
          way.paging === 'native'
            ? way.guestPages === 'thp'
              ? ('2m' as const)
              : ('4k' as const)
            : effectivePages(way),
      });
      const scale = scaleOf(at);
      const references =
        perSecond.references === undefined ? hertz / CYCLES_PER_REFERENCE.low : perSecond.references.high * scale;
      const ratio = missRatio(reach(from, before), reach(host.machine, configuration), at(footprint), at(locality));
      const tlbMisses = Math.min(counted.misses * ratio, Math.max(references, counted.misses));
      const more = counted.misses === 0 ? 0 : tlbMisses / counted.misses;
      return {
        tlbMisses,
        walkRefs: counted.refs * more * (now.refs / then.refs),
        walkCycles: counted.cycles * more * (now.cycles / then.cycles),
        exits: exitsUnder(configuration, at),
      };
    },
  };
}

/** How far apart the pages of successive walks are. */
export function localityOf(label: string): Input {
  return input(
    `${label}: distance of walks`,
    { low: 0, high: 1 },
    'not measured: from walks to neighbouring pages (0) to walks all over the footprint (1), both replayed; likely between the two',
    0.5,
  );
}

export function footprintOf({ name, profile, memoryGib }: Vm): Input {
  const mib = memoryGib * 1024;
  return known(`${name}: footprint (MiB)`, profile.footprintMib, profile.evidence['footprintMib'] ?? 'given', () =>
    input(
      `${name}: footprint (MiB)`,
      { low: mib / 16, high: mib },
      'not measured: a sixteenth of its memory to all of it',
    ),
  );
}

/** By the logarithm. */
export function between({ near, far }: WalkCosts, locality: number): WalkCost {
  const mean = (a: number, b: number): number => a ** (1 - locality) * b ** locality;
  return { refs: mean(near.refs, far.refs), cycles: mean(near.cycles, far.cycles) };
}

function optional(name: string, range: Vm['profile']['perSecond']['tlbMisses'], from = 'measured'): Input | null {
  return range === undefined ? null : input(name, range, from);
}

/** Those that every kind of paging has. */
function otherExits({ name, profile: { exits, evidence } }: Vm) {
  const causes = Object.entries(exits) as [keyof typeof exits, (typeof exits)[keyof typeof exits]][];
  if (causes.length === 0) {
    const all = unknown('otherExits', `${name}: exits not for translation`);
    return { inputs: [all], exits: (at: At): Exits => ({ other: at(all) }) };
  }
  const each = causes.map(([cause, range]) => ({
    cause,
    one: input(`${name}: ${cause} exits`, range!, evidence[`exits.${cause}`] ?? 'measured'),
  }));
  return {
    inputs: each.map(({ one }) => one),
    exits: (at: At, scale: number): Exits => Object.fromEntries(each.map(({ cause, one }) => [cause, at(one) * scale])),
  };
}
