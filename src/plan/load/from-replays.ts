/** Loads from the replays of a trace: counted, for a processor that was replayed; carried over, for another one. */
import type { Machine } from '../../config/machine-schema.js';
import { effectivePages } from '../configuration.js';
import type { Host, Vm } from '../fleet.js';
import { input, type At } from '../inputs.js';
import type { Replay } from '../profile.js';
import { CYCLES_PER_REFERENCE, known } from '../unknowns.js';
import { layoutOf, type WalkPrices } from '../walk-costs.js';
import type { Demand, Measured } from './demand.js';
import { between, footprintOf, localityOf } from './from-rates.js';
import type { Load } from './load.js';
import { missRatio } from './miss-ratio.js';

/** @param machineOf the machine of a name; null: nobody knows it */
export function demandOfReplays(
  vm: Vm,
  host: Host,
  machineOf: (name: string) => Machine | null,
  walks: WalkPrices,
): Demand {
  const { profile, name: label } = vm;
  const { replays, cyclesPerReference } = profile;
  const work = known(
    `${label}: cycles of work for a reference`,
    cyclesPerReference,
    profile.evidence['cyclesPerReference'] ?? 'given',
    () =>
      input(
        `${label}: cycles of work for a reference`,
        CYCLES_PER_REFERENCE,
        'not told: bounds of instructions a cycle',
      ),
  );
  const own = replays.filter(({ machine }) => machine === host.machine.name);
  const refsOf = (at: At): number => (host.gigahertz * 1e9) / at(work);
  if (own.length > 0)
    return {
      inputs: [work],
      measured: null,
      lacks: lacksIn(own),
      replayed: true,
      load: (configuration, at) => loadOf(pick(own, configuration), refsOf(at)),
    };
  const locality = localityOf(label);
  const footprint = footprintOf(vm);
  const there = replays[0]!.machine;
  const theirs = replays.filter(({ machine }) => machine === there);
  const machine = machineOf(there) ?? host.machine;
  return {
    inputs: [work, locality, footprint],
    measured: null,
    lacks: lacksIn(theirs),
    replayed: true,
    load(configuration, at): Load {
      const counted = loadOf(pick(theirs, configuration), refsOf(at));
      const size = effectivePages(configuration);
      const ratio = missRatio({ machine, size }, { machine: host.machine, size }, at(footprint), at(locality));
      const each = (on: Machine) => between(walks.of(on, layoutOf(configuration), at(footprint)), at(locality));
      const [then, now] = [each(machine), each(host.machine)];
      return {
        tlbMisses: counted.tlbMisses * ratio,
        walkRefs: (counted.walkRefs * ratio * now.refs) / then.refs,
        walkCycles: (counted.walkCycles * ratio * now.cycles) / then.cycles,
        exits: counted.exits,
      };
    },
  };
}

/** What the machine of the replays could not do, or the trace. */
function lacksIn(replays: readonly Replay[]): Demand['lacks'] {
  return (paging) =>
    replays.some((one) => one.paging === paging) ? null : `no replay under ${paging} paging on ${replays[0]!.machine}`;
}

/** The replay of a configuration whose kind of paging was replayed, or of the one that is nearest to it: large pages of 2 MiB for those of 1 GiB, small ones where no large ones were replayed. */
function pick(replays: readonly Replay[], { paging, guestPages, hostPages }: Measured): Replay {
  const wanted = [
    [guestPages, hostPages],
    [guestPages, '2m'],
    ['4k', hostPages],
    ['4k', '2m'],
    ['4k', '4k'],
  ];
  for (const [guest, host] of wanted) {
    const found = replays.find((one) => one.paging === paging && one.guestPages === guest && one.hostPages === host);
    if (found !== undefined) return found;
  }
  return replays.find((one) => one.paging === paging)!;
}

function loadOf({ refs, walks, walkRefs, walkCycles, exits }: Replay, refsPerSecond: number): Load {
  const scale = refsPerSecond / refs;
  return {
    tlbMisses: walks * scale,
    walkRefs: walkRefs * scale,
    walkCycles: walkCycles * scale,
    exits: Object.fromEntries(Object.entries(exits).map(([cause, count]) => [cause, count * scale])),
  };
}
