/** The fleet on its hosts: each kind of host in one configuration, or in the one that is best for it. */
import type { Configuration } from './configuration.js';
import type { Fleet, Host } from './fleet.js';
import { span, type Span } from './inputs.js';
import { pack, type Size } from './packing.js';
import { binOf, sizeOf, type HostPlan, type Subject } from './plan.js';

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

export function packingsOf(
  fleet: Fleet,
  hosts: readonly HostPlan[],
  subjects: ReadonlyMap<Host, readonly Subject[]>,
): Packing[] {
  const possible = hosts.map(({ options }) => options.filter(({ obstacle }) => obstacle === null));
  const names = [...new Set(possible.flatMap((options) => options.map(({ name }) => name)))];
  const chosen = (of: (plan: HostPlan, at: number) => Configuration | undefined) =>
    new Map(hosts.flatMap((plan, at) => (of(plan, at) === undefined ? [] : [[plan.host, of(plan, at)!] as const])));
  return [
    packingOf(
      AS_NOW,
      chosen(({ conclusions }) => conclusions.now.configuration),
      fleet,
      subjects,
    ),
    packingOf(
      AT_BEST,
      chosen(({ conclusions }) => conclusions.best.configuration),
      fleet,
      subjects,
    ),
    ...names.map((name) =>
      packingOf(
        name,
        chosen((_, at) => possible[at]!.find((one) => one.name === name)?.configuration),
        fleet,
        subjects,
      ),
    ),
  ];
}

interface PackItem {
  readonly name: string;
  readonly count: number;
  readonly at: number;
}

/** @param ways kinds of hosts that are used, and how */
function packingOf(
  name: string,
  ways: ReadonlyMap<Host, Configuration>,
  fleet: Fleet,
  subjects: ReadonlyMap<Host, readonly Subject[]>,
): Packing {
  const able = [...ways.keys()];
  const bins = able.map((host) => binOf(host, fleet));
  const items = subjects.get(able[0]!)!.map(({ vm: { name }, count }, at): PackItem => ({ name, count, at }));
  const sizes = new Map(
    able.map((host) => [host.name, subjects.get(host)!.map((subject) => sizeSpans(subject, ways.get(host)!))]),
  );
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

function sizeSpans(subject: Subject, way: Configuration): Record<keyof Size, Span> {
  return {
    threads: span(subject.estimate.inputs, (at) => sizeOf(subject, way, at).threads),
    memoryMib: span(subject.tables.inputs, (at) => sizeOf(subject, way, at).memoryMib),
  };
}
