/** The fleet on its hosts: each kind of host in one configuration, or in the one that is best for it. */
import type { Fleet, Host } from './fleet.js';
import type { Span } from './inputs.js';
import { pack } from './packing.js';
import { binOf, countOf, type HostPlan, type Option } from './plan.js';

export interface Packing {
  readonly name: string;
  /** With all inputs as they are likely, with each machine at its smallest, and at its largest. */
  readonly likely: Placed;
  readonly low: Placed;
  readonly high: Placed;
}

export interface Placed {
  readonly hosts: number;
  /** Virtual machines without a host. */
  readonly left: number;
}

export const AS_NOW = 'as now';
export const AT_BEST = 'each kind of host at its best';

export function packingsOf(fleet: Fleet, hosts: readonly HostPlan[]): Packing[] {
  const possible = hosts.map(({ options }) => options.filter(({ obstacle }) => obstacle === null));
  const names = [...new Set(possible.flatMap((options) => options.map(({ name }) => name)))];
  const chosen = (of: (plan: HostPlan, at: number) => Option | undefined) =>
    new Map(hosts.flatMap((plan, at) => (of(plan, at) === undefined ? [] : [[plan.host, of(plan, at)!] as const])));
  return [
    packingOf(
      AS_NOW,
      chosen(({ conclusions }) => conclusions.now),
      fleet,
    ),
    packingOf(
      AT_BEST,
      chosen(({ conclusions }) => conclusions.best),
      fleet,
    ),
    ...names.map((name) =>
      packingOf(
        name,
        chosen((_, at) => possible[at]!.find((one) => one.name === name)),
        fleet,
      ),
    ),
  ];
}

interface PackItem {
  readonly name: string;
  readonly count: number;
  readonly at: number;
}

/** @param options kinds of hosts that are used, and how */
function packingOf(name: string, options: ReadonlyMap<Host, Option>, fleet: Fleet): Packing {
  const bins = [...options.keys()].map((host) => binOf(host, fleet));
  const sizes = new Map([...options].map(([host, { vms }]) => [host.name, vms.map(({ size }) => size)]));
  const items = fleet.vms.map((vm, at): PackItem => ({ name: vm.name, count: countOf(vm), at }));
  const placed = (end: keyof Span): Placed => {
    const { hosts, left } = pack(items, bins, ({ at }, { name }) => {
      const { threads, memoryMib } = sizes.get(name)![at]!;
      return { threads: threads[end], memoryMib: memoryMib[end] };
    });
    const sum = (counts: ReadonlyMap<string, number>): number =>
      [...counts.values()].reduce((all, one) => all + one, 0);
    return { hosts: sum(hosts), left: sum(left) };
  };
  return { name, likely: placed('likely'), low: placed('low'), high: placed('high') };
}
