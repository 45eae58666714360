/** The planner against measured pairs: what it would have said of the second run from the first, beside what came out. */
import { COSTS } from '../../config/costs/index.js';
import { machineSchema } from '../../config/machine-schema.js';
import { MACHINES } from '../../config/machines/index.js';
import { lookUp } from '../../config/names.js';
import { estimateOf, overlapOf } from '../estimate.js';
import { exitPrices } from '../exit-prices.js';
import type { Host, Vm } from '../fleet.js';
import { span, type Span } from '../inputs.js';
import type { Measured } from '../load/demand.js';
import { guestEvents } from '../load/exits.js';
import { profileSchema, type ProfileInput } from '../profile.js';
import type { WalkPrices } from '../walk-costs.js';
import { EVENTS, WITHOUT_EXITS, type MeasuredEvent, type NestedEvent } from './events.js';
import { MITOSIS_REMOTE_PAIRS, MITOSIS_THP_PAIRS, VMITOSIS_PAIRS, type Pair, type Run } from './runs.js';

export interface BackTest {
  readonly what: string;
  readonly source: string;
  readonly unit: string;
  readonly measured: number;
  readonly predicted: Span;
}

export interface BackTests {
  readonly title: string;
  /** What is known beforehand, and what is predicted. */
  readonly from: string;
  readonly rows: readonly BackTest[];
}

export function inside({ measured, predicted: { low, high } }: BackTest): boolean {
  return measured >= low && measured <= high;
}

/** Of what is likely, of what was measured, in percent. */
export function errorPercent({ measured, predicted }: BackTest): number {
  return 100 * (predicted.likely / measured - 1);
}

export function backTests(walks: WalkPrices): BackTests[] {
  return [
    {
      title: 'Run time with other pages, or under nested paging',
      from: 'known: run time and walk cycles of the run before. Predicted: the time of the run after, as a ratio',
      rows: [...VMITOSIS_PAIRS, ...MITOSIS_THP_PAIRS].map((pair) => runTime(pair, walks)),
    },
    {
      title: 'The model of time alone',
      from: 'known: run time and walk cycles before, and walk cycles after. Predicted: the time of the run after, as a ratio',
      rows: [...VMITOSIS_PAIRS, ...MITOSIS_THP_PAIRS, ...MITOSIS_REMOTE_PAIRS].map(linear),
    },
    {
      title: 'Time that shadow paging adds to an event',
      from: 'known: what the guest does to its tables, and the prices of exits of cascade-lake-2019, to which none of these rows was fitted. Predicted: microseconds that shadow paging takes more than nested paging',
      rows: EVENTS.map(eventTime),
    },
    {
      title: 'The same event in a virtual machine of a virtual machine',
      from: 'known: that it exits in neither. Predicted: its time as a ratio',
      rows: WITHOUT_EXITS.map(withoutExits),
    },
  ];
}

const HERTZ = 2.1e9;

function hostOf(machine: string, gigahertz: number): Host {
  const found = machineSchema.parse(lookUp(MACHINES, machine, 'machine'));
  return {
    name: machine,
    machine: found,
    costs: lookUp<(typeof COSTS)[keyof typeof COSTS]>(COSTS, found.costs, 'costs'),
    gigahertz,
    threads: 1,
    memoryGib: 1024,
    count: 1,
    // It had nothing else to do.
    hugePercent: { low: 100, high: 100 },
  };
}

function vmOf(name: string, profile: Omit<ProfileInput, 'schema' | 'name'>): Vm {
  return {
    name,
    profile: profileSchema.parse({ schema: 'vmmu/profile@1', name, ...profile }),
    vcpus: 1,
    // Of footprints nothing is known but that they are large: hundreds of GiB in the papers.
    memoryGib: 512,
    count: 1,
    busyPercent: 100,
    growthPercent: 0,
    thpPercent: { low: 50, high: 100 },
  };
}

/** User mode only: no exits, and no kernel. */
const NOTHING_ELSE = { guestFaults: 0, tableWrites: 0, cr3Writes: 0, invlpgs: 0, firstTouches: 0 };

function profileOfRun({ way, gigacycles, walkGigacycles }: Run): Omit<ProfileInput, 'schema' | 'name'> {
  return {
    under: { ...way, paging: way.paging === 'agile' ? 'nested' : way.paging },
    perSecond: { ...NOTHING_ELSE, busyCycles: HERTZ, walkCycles: (HERTZ * walkGigacycles) / gigacycles },
    exits: { cpuid: 0 },
  };
}

function titleOf({ program, before, after }: Pair): string {
  const way = ({ way: { paging, guestPages, hostPages } }: Run): string =>
    paging === 'native' ? `native ${guestPages}` : `${paging} ${guestPages} on ${hostPages}`;
  const ways = [way(before), way(after)];
  return ways[0] === ways[1] ? program : `${program}: ${ways.join(' → ')}`;
}

function runTime(pair: Pair, walks: WalkPrices): BackTest {
  const host = hostOf(pair.machine, HERTZ / 1e9);
  const estimate = estimateOf(vmOf(pair.program, profileOfRun(pair.before)), host, () => host.machine, walks);
  const way = (run: Run): Measured => ({ ...run.way, nestedVirtualization: false, tags: true });
  return {
    what: titleOf(pair),
    source: pair.source,
    unit: 'times the run before',
    measured: pair.after.gigacycles / pair.before.gigacycles,
    predicted: span(
      estimate.inputs,
      (at) => estimate.rates(way(pair.after), at).slowdown / estimate.rates(way(pair.before), at).slowdown,
    ),
  };
}

/** Work stays, and of walk cycles the share that costs time goes or comes. */
function linear(pair: Pair): BackTest {
  const { before, after } = pair;
  const overlap = overlapOf(
    pair.program,
    profileSchema.parse({ schema: 'vmmu/profile@1', name: pair.program, ...profileOfRun(before) }),
  );
  const more = after.walkGigacycles - before.walkGigacycles;
  return {
    what: titleOf(pair),
    source: pair.source,
    unit: 'times the run before',
    measured: after.gigacycles / before.gigacycles,
    predicted: span([overlap], (at) => 1 + (at(overlap) * more) / before.gigacycles),
  };
}

function eventTime({ what, table, nestedMicroseconds, shadowMicroseconds, does }: MeasuredEvent): BackTest {
  const host = hostOf('intel-cascadelake', 2.5);
  const vm = vmOf(what, { under: { paging: 'nested' }, perSecond: does });
  const events = guestEvents(vm.profile, what);
  const prices = exitPrices(vm, host);
  const way: Measured = {
    paging: 'shadow',
    guestPages: '4k',
    hostPages: '4k',
    nestedVirtualization: false,
    tags: true,
  };
  return {
    what,
    source: `PVM, SOSP 2023, table ${table}`,
    unit: 'µs',
    measured: shadowMicroseconds - nestedMicroseconds,
    predicted: span(
      [...events.inputs, ...prices.inputs],
      (at) => prices.cycles(events.exits(way, at, 1), at, false) / (host.gigahertz * 1e3),
    ),
  };
}

function withoutExits({ what, table, outsideMicroseconds, insideMicroseconds }: NestedEvent): BackTest {
  const none = vmOf(what, { under: { paging: 'nested' }, perSecond: NOTHING_ELSE });
  const events = guestEvents(none.profile, what);
  const prices = exitPrices(none, hostOf('intel-cascadelake', 2.5));
  const way: Measured = { paging: 'nested', guestPages: '4k', hostPages: '4k', nestedVirtualization: true, tags: true };
  return {
    what,
    source: `PVM, SOSP 2023, table ${table}`,
    unit: 'times that in a virtual machine',
    measured: insideMicroseconds / outsideMicroseconds,
    predicted: span(
      [...events.inputs, ...prices.inputs],
      (at) => 1 + prices.cycles(events.exits(way, at, 1), at, true) / (2500 * outsideMicroseconds),
    ),
  };
}
