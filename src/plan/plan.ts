/** A fleet under every configuration: what translation costs each kind of virtual machine on each kind of host, and how many fit. */
import { UsageError } from '../errors.js';
import { configurations, nameOf, nearest, obstacleOn, type Configuration } from './configuration.js';
import { conclusionsOf, type Conclusions } from './conclusions.js';
import { estimateOf, type Estimate, type Rates } from './estimate.js';
import type { Fleet, Host, Vm } from './fleet.js';
import { distinct, likely, span, spread, type At, type Input, type Part, type Span } from './inputs.js';
import { totalExits } from './load/load.js';
import { boundOf, perHost, type Bin, type Bound, type Size } from './packing.js';
import { packingsOf, type Packing } from './placement.js';
import { tableMemory, type TableMemory, type TableMemoryOf } from './table-memory.js';
import type { WalkPrices } from './walk-costs.js';

export interface VmPlan {
  readonly vm: Vm;
  /** As is likely, of a busy virtual processor and second. */
  readonly rates: Rates;
  readonly share: Span;
  readonly walkRefs: Span;
  readonly walkCycles: Span;
  readonly exits: Span;
  readonly memory: { readonly guestMib: Span; readonly vmmMib: Span };
  /** Of a host. */
  readonly size: Readonly<Record<keyof Size, Span>>;
  readonly perHost: Span;
  /** It would want more time than its virtual processors have, as is likely: its work is not done. */
  readonly starved: boolean;
  readonly bound: Bound;
}

export interface Option {
  readonly configuration: Configuration;
  readonly name: string;
  /** Why the processor cannot; then there is nothing else. */
  readonly obstacle: string | null;
  readonly vms: readonly VmPlan[];
  /** Hardware threads' worth of time that the fleet takes, all of it on this kind of host. */
  readonly threads: Span;
  /** Of all its time, by walks and exits for translation. */
  readonly share: Span;
}

export interface HostPlan {
  readonly host: Host;
  readonly options: readonly Option[];
  readonly conclusions: Conclusions;
  /** All that the numbers depend on, each once. */
  readonly inputs: readonly Input[];
}

export interface Plan {
  readonly fleet: Fleet;
  readonly hosts: readonly HostPlan[];
  readonly packings: readonly Packing[];
}

/** All that is known of one kind of virtual machine on one kind of host. */
export interface Subject {
  readonly vm: Vm;
  readonly count: number;
  /** As it is on this kind of host. */
  readonly now: Configuration;
  readonly estimate: Estimate;
  readonly tables: TableMemoryOf;
}

export function planOf(fleet: Fleet, walks: WalkPrices): Plan {
  const hosts = fleet.hosts.map((host) => hostPlan(host, fleet, walks));
  return { fleet, hosts, packings: packingsOf(fleet, hosts) };
}

function hostPlan(host: Host, fleet: Fleet, walks: WalkPrices): HostPlan {
  const now = nearest(fleet.now, host);
  const subjects = fleet.vms.map((vm): Subject => ({
    vm,
    count: countOf(vm),
    now,
    estimate: estimateOf(vm, host, fleet.machineOf, walks),
    tables: tableMemory(vm, host),
  }));
  for (const { vm, estimate } of subjects) {
    const why = estimate.lacks(now);
    if (why !== null)
      throw new UsageError(
        `${vm.name} on ${host.name}: ${why}; expected a profile that tells of how the fleet runs now`,
      );
  }
  const options = configurations(now).map((way) => optionOf(way, subjects, host, fleet));
  const inputs = subjects.flatMap(({ estimate, tables }) => [...estimate.inputs, ...tables.inputs]);
  return { host, options, conclusions: conclusionsOf(now, host, subjects, options), inputs: distinct(inputs) };
}

function optionOf(configuration: Configuration, subjects: readonly Subject[], host: Host, fleet: Fleet): Option {
  const name = nameOf(configuration);
  const unknown = subjects.map(({ estimate }) => estimate.lacks(configuration)).find((why) => why !== null);
  const why = obstacleOn(configuration, host) ?? unknown ?? null;
  const nothing = { low: 0, likely: 0, high: 0 };
  if (why !== null) return { configuration, name, obstacle: why, vms: [], threads: nothing, share: nothing };
  const parts = subjects.map((subject): Part => ({
    inputs: subject.estimate.inputs,
    of: (at) => {
      const threads = threadsOf(subject, configuration, at);
      return [threads, threads * subject.estimate.rates(configuration, at).share];
    },
  }));
  return {
    configuration,
    name,
    obstacle: null,
    vms: subjects.map((subject) => vmPlan(configuration, subject, host, fleet)),
    threads: spread(parts, ([threads]) => threads!).span,
    share: spread(parts, ([threads, translating]) => translating! / threads!).span,
  };
}

function vmPlan(way: Configuration, subject: Subject, host: Host, fleet: Fleet): VmPlan {
  const { vm, estimate, tables } = subject;
  const rates = (at: At): Rates => estimate.rates(way, at);
  const memory = (of: (memory: TableMemory) => number): Span => span(tables.inputs, (at) => of(tables.of(way, at)));
  const room = binOf(host, fleet);
  const size = {
    threads: span(estimate.inputs, (at) => sizeOf(subject, way, at).threads),
    memoryMib: span(tables.inputs, (at) => memoryOf(subject, way, at)),
  };
  const at = (end: keyof Span): Size => ({ threads: size.threads[end], memoryMib: size.memoryMib[end] });
  return {
    vm,
    rates: rates(likely),
    share: span(estimate.inputs, (at) => rates(at).share),
    walkRefs: span(estimate.inputs, (at) => rates(at).walkRefs),
    walkCycles: span(estimate.inputs, (at) => rates(at).walkCycles),
    exits: span(estimate.inputs, (at) => totalExits(rates(at).exits)),
    memory: { guestMib: memory(({ guestMib }) => guestMib), vmmMib: memory(({ vmmMib }) => vmmMib) },
    size,
    perHost: { low: perHost(at('high'), room), likely: perHost(at('likely'), room), high: perHost(at('low'), room) },
    bound: boundOf(at('likely'), room),
    starved: size.threads.likely > vm.vcpus,
  };
}

/** With growth. */
export function countOf({ count, growthPercent }: Vm): number {
  return Math.ceil((count * (100 + growthPercent)) / 100);
}

/** What a virtual machine takes of a host, compared with how busy it is now. */
function sizeOf({ vm, estimate, tables, now }: Subject, way: Configuration, at: At): Size {
  const busy = (vm.vcpus * vm.busyPercent) / 100;
  const slower = estimate.rates(way, at).slowdown / estimate.rates(now, at).slowdown;
  return { threads: busy * slower, memoryMib: memoryOf({ vm, tables }, way, at) };
}

function memoryOf({ vm, tables }: Pick<Subject, 'vm' | 'tables'>, way: Configuration, at: At): number {
  return vm.memoryGib * 1024 + tables.of(way, at).vmmMib;
}

export function binOf({ name, count, threads, memoryGib }: Host, { headroomPercent }: Fleet): Bin {
  return {
    name,
    count,
    threads: threads * (1 - headroomPercent.cpu / 100),
    memoryMib: memoryGib * 1024 * (1 - headroomPercent.memory / 100),
  };
}

/** Threads that all virtual machines of a kind keep busy. */
export function threadsOf(subject: Subject, way: Configuration, at: At): number {
  return subject.count * sizeOf(subject, way, at).threads;
}
