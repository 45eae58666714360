/** What translation costs a virtual machine on a host under a configuration: counts and cycles first, and the time that they may take. */
import type { Machine } from '../config/machine-schema.js';
import { effectivePages, type Configuration } from './configuration.js';
import { exitPrices } from './exit-prices.js';
import type { Host, Vm } from './fleet.js';
import { hugeOf, thpOf } from './large-pages.js';
import { input, type At, type Input } from './inputs.js';
import type { Demand, Measured } from './load/demand.js';
import { demandOfRates } from './load/from-rates.js';
import { demandOfReplays } from './load/from-replays.js';
import { exitsOf, mixed, scaled, totalExits, type Exits, type Load } from './load/load.js';
import type { Profile } from './profile.js';
import { tlbEntries } from './tlb-entries.js';
import { layoutOf, type WalkCost, type WalkPrices } from './walk-costs.js';

function eachOf({ tlbMisses, walkRefs, walkCycles }: Load): WalkCost {
  return { refs: walkRefs / tlbMisses, cycles: walkCycles / tlbMisses };
}

/** Of a second of a virtual processor that runs all the time. */
export interface Rates {
  readonly tlbMisses: number;
  readonly walkRefs: number;
  readonly walkCycles: number;
  readonly exits: Exits;
  /** Of exits on behalf of translation. */
  readonly exitCycles: number;
  /** Of its time, that goes to walks and to those exits. */
  readonly share: number;
  /** Of its time, that goes to other exits: the same under every kind of paging. */
  readonly otherShare: number;
  /** As much work takes so many times as long as it would without translation and exits. */
  readonly slowdown: number;
}

export interface Estimate {
  readonly inputs: readonly Input[];
  /** On the bare machine too, where rates were measured and not replayed. */
  readonly rates: (configuration: Measured, at: At) => Rates;
  /** Why nothing can be said of a configuration; null: something can. */
  readonly lacks: (configuration: Configuration) => string | null;
}

/** Walks run beside each other on processors with two walkers (Intel from Broadwell on), and beside work out of order. */
const OVERLAP = { low: 0.5, high: 1 };
/** Time that is left for work at least, where bounds contradict what was measured. */
const LEAST_WORK = 0.05;

/** Walk cycles that were measured cannot have cost more time than there was. */
export function overlapOf(vm: string, { perSecond: { walkCycles, busyCycles } }: Profile): Input {
  const name = `${vm}: share of walk cycles that costs time`;
  const why = 'two walks at a time, to none beside another';
  if (walkCycles === undefined || busyCycles === undefined || walkCycles.low === 0) return input(name, OVERLAP, why);
  const most = Math.min(OVERLAP.high, ((1 - LEAST_WORK) * busyCycles.high) / walkCycles.low);
  return input(name, { low: Math.min(OVERLAP.low, most), high: most }, why);
}

/** @param machineOf the machine of a name; null: nobody knows it */
export function estimateOf(
  vm: Vm,
  host: Host,
  machineOf: (name: string) => Machine | null,
  walks: WalkPrices,
): Estimate {
  const { profile } = vm;
  const named = profile.under?.machine;
  const demand =
    profile.replays.length > 0
      ? demandOfReplays(vm, host, machineOf, walks)
      : demandOfRates(vm, host, named === undefined ? null : machineOf(named), walks);
  const hertz = host.gigahertz * 1e9;
  const prices = exitPrices(vm, host);
  const overlap = overlapOf(vm.name, profile);
  const agility = input(
    'agile paging: from the best of both to the dearer of both',
    { low: 0, high: 1 },
    'a proposal (Gandhi et al., ISCA 2016): bounds of what its switching can do',
  );
  const refill = input(
    `${vm.name}: part of the TLB that is wanted again after a flush`,
    { low: 0, high: 1 },
    'not measured: none to all of it',
  );

  const huge = hugeOf(host);
  const thp = thpOf(vm);

  const time = (load: Load, nested: boolean, at: At): number =>
    at(overlap) * load.walkCycles + prices.cycles(load.exits, at, nested);
  const plain = (way: Measured, at: At): Load => {
    if (way.paging !== 'agile' || demand.replayed) return demand.load(way, at);
    return between(demand, way, at, at(agility), (load) => time(load, way.nestedVirtualization, at));
  };
  /** Pages of a size are never all that memory has. Where it was measured with them, what was measured has that in it. */
  const split = (way: Measured, at: At): Load => {
    const { replayed } = demand;
    const under = demand.measured?.under ?? null;
    const guest = way.guestPages === '4k' || replayed || under?.guestPages === 'thp' ? 1 : at(thp);
    const small = (on: Measured): Load =>
      guest === 1 ? plain(on, at) : mixed(plain(on, at), plain({ ...on, guestPages: '4k' }, at), guest);
    const asMeasured = under !== null && under.paging !== 'native' && under.hostPages === way.hostPages;
    if (way.paging === 'native' || way.hostPages === '4k' || asMeasured || at(huge) === 1) return small(way);
    return mixed(small(way), small({ ...way, hostPages: '4k' }), at(huge));
  };
  /** Without tags each exit empties the TLBs, and what is wanted again is walked for. */
  const flushed = (load: Load, way: Measured, at: At): Load => {
    const misses = totalExits(load.exits) * at(refill) * tlbEntries(host.machine, effectivePages(way));
    // Where nothing misses, walks to neighbouring pages: the footprint has nothing to do with those.
    const each = load.tlbMisses === 0 ? walks.of(host.machine, layoutOf(way), 0).near : eachOf(load);
    return {
      ...load,
      tlbMisses: load.tlbMisses + misses,
      walkRefs: load.walkRefs + misses * each.refs,
      walkCycles: load.walkCycles + misses * each.cycles,
    };
  };
  const timed = (way: Measured, at: At) => {
    const all = split(way, at);
    const flushes = !way.tags && demand.measured?.under.tags !== false;
    const load = flushes ? flushed(all, way, at) : all;
    return { load, cycles: time(load, way.nestedVirtualization, at) };
  };
  return {
    lacks: ({ paging }) => demand.lacks(paging),
    inputs: [overlap, ...demand.inputs, ...prices.inputs, agility, refill, huge, thp],
    rates(configuration, at) {
      const { load, cycles } = timed(configuration, at);
      const spent =
        demand.measured === null ? 0 : time(demand.measured.load(at), demand.measured.under.nestedVirtualization, at);
      const work = Math.max(LEAST_WORK * hertz, hertz - spent);
      const slowdown = (work + cycles) / work;
      const perSecond = hertz / (work + cycles);
      const nested = configuration.nestedVirtualization;
      const others = prices.cycles(exitsOf(load.exits, false), at, nested);
      return {
        tlbMisses: load.tlbMisses * perSecond,
        walkRefs: load.walkRefs * perSecond,
        walkCycles: load.walkCycles * perSecond,
        exits: scaled(load.exits, perSecond),
        exitCycles: prices.cycles(exitsOf(load.exits, true), at, nested) * perSecond,
        share: (cycles - others) / (work + cycles),
        otherShare: others / (work + cycles),
        slowdown,
      };
    },
  };
}

/** From walks of shadow tables with the exits of nested paging, to whichever of the two costs more. */
function between(demand: Demand, way: Measured, at: At, place: number, cost: (load: Load) => number): Load {
  const shadow = demand.load({ ...way, paging: 'shadow' }, at);
  const nested = demand.load({ ...way, paging: 'nested' }, at);
  const dearer = cost(shadow) > cost(nested) ? shadow : nested;
  return mixed(dearer, { ...shadow, exits: nested.exits }, place);
}
