/** Hosts and the virtual machines that are to run on them, as `vmmu plan` reads them. */
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { isFile, resolveConfig, within, type ReadText } from '../config/resolve.js';
import { MACHINES } from '../config/machines/index.js';
import { machineSchema, type Machine, type MachineInput } from '../config/machine-schema.js';
import { unknownName } from '../config/names.js';
import type { Costs } from '../config/schema.js';
import { object } from '../config/shapes.js';
import { validate, type Locate } from '../config/validate.js';
import { parseYaml } from '../config/yaml-file.js';
import { ConfigError } from '../errors.js';
import type { Configuration } from './configuration.js';
import { GUEST_PAGES, HOST_PAGES } from './page-sizes.js';
import { parseProfile, type Profile } from './profile.js';
import { rangeSchema } from './range.js';

const percent = z.number().min(0).max(100);
const headroom = z.number().min(0).max(95);
const name = z.string().min(1);

const hostSchema = object({
  name,
  /** A name from `vmmu list machines`, or a file. */
  machine: z.string(),
  /** Prices of exits; left out: the machine's generation. */
  costs: z.string().optional(),
  /** An exit that has no price of its own, measured: instead of the prices' cycles. */
  exitMicroseconds: rangeSchema(1e6).optional(),
  gigahertz: z.number().min(0.1).max(10),
  /** Hardware threads that run virtual processors. */
  threads: z.number().int().min(1).max(4096),
  memoryGib: z.number().min(0.25).max(1_048_576),
  count: z.number().int().min(1).max(1_000_000).default(1),
  /** Of memory that is to be backed by large pages, as much can be. Not told: fragmentation leaves four fifths to all of it. */
  hugePercent: rangeSchema(100).prefault([80, 100]),
});

const vmSchema = object({
  name,
  /** A file, from where the fleet's file is. */
  profile: z.string(),
  vcpus: z.number().int().min(1).max(4096),
  memoryGib: z.number().min(0.0625).max(1_048_576),
  count: z.number().int().min(1).max(10_000_000).default(1),
  /** How much of its time each virtual processor runs, as the fleet is now. */
  busyPercent: percent.min(0.1).default(50),
  /** More virtual machines of this kind than `count`. */
  growthPercent: z.number().min(0).max(10_000).default(0),
  /** Of its misses, those to memory that THP backs with large pages. Not told: half to all. */
  thpPercent: rangeSchema(100).prefault([50, 100]),
});

export const fleetSchema = object({
  schema: z.literal('vmmu/fleet@1'),
  name,
  now: object({
    paging: z.enum(['shadow', 'nested']).default('nested'),
    hostPages: z.enum(HOST_PAGES).default('4k'),
    guestPages: z.enum(GUEST_PAGES).default('4k'),
    nestedVirtualization: z.boolean().default(false),
    tags: z.boolean().default(true),
  }).prefault({}),
  /** Kept free on each host. */
  headroomPercent: object({ cpu: headroom.default(20), memory: headroom.default(10) }).prefault({}),
  hosts: z.array(hostSchema).min(1).max(100),
  vms: z.array(vmSchema).min(1).max(200),
});

export interface Host extends Omit<z.infer<typeof hostSchema>, 'machine' | 'costs'> {
  readonly machine: Machine;
  readonly costs: Costs;
}

export interface Vm extends Omit<z.infer<typeof vmSchema>, 'profile'> {
  readonly profile: Profile;
}

export interface Fleet extends Omit<z.infer<typeof fleetSchema>, 'hosts' | 'vms' | 'now'> {
  readonly now: Configuration;
  readonly hosts: readonly Host[];
  readonly vms: readonly Vm[];
  /** One that comes with vmmu, or a host's; null: neither. */
  readonly machineOf: (name: string) => Machine | null;
}

/** @param path of the file: profiles and machine files stand relative to it */
export function readFleet(path: string, readText: ReadText): Fleet {
  const { value, locate } = parseYaml(readText(path), path);
  const fleet = validate(fleetSchema, value, locate);
  const near = (file: string): string => (isAbsolute(file) ? file : join(dirname(path), file));
  distinct(fleet.hosts, 'hosts', locate);
  distinct(fleet.vms, 'vms', locate);
  const hosts = fleet.hosts.map((host, at): Host => {
    const place = locate(['hosts', at, 'machine']);
    const { machine, costs } = within(place, () =>
      resolveConfig(
        {
          machine: isFile(host.machine) ? near(host.machine) : host.machine,
          ...(host.costs === undefined ? {} : { costs: isFile(host.costs) ? near(host.costs) : host.costs }),
        },
        readText,
      ),
    );
    return { ...host, machine, costs };
  });
  const vms = fleet.vms.map((vm, at): Vm => {
    const file = near(vm.profile);
    const text = within(locate(['vms', at, 'profile']), () => readText(file));
    const found = { ...vm, profile: parseProfile(text, file) };
    fitsSomewhere(found, hosts, fleet.headroomPercent, locate(['vms', at]));
    return found;
  });
  const machines = namedMachines(hosts, locate);
  for (const [at, { profile }] of vms.entries()) knownMachines(profile, machines, locate(['vms', at, 'profile']));
  return { ...fleet, hosts, vms, machineOf: (name) => machines.get(name) ?? null };
}

/** Presets, and the hosts' own. */
function namedMachines(hosts: readonly Host[], locate: Locate): Map<string, Machine> {
  const machines = new Map(
    Object.entries<MachineInput>(MACHINES).map(([name, machine]) => [name, machineSchema.parse(machine)]),
  );
  for (const [at, { machine }] of hosts.entries()) {
    const same = machines.get(machine.name);
    if (same !== undefined && JSON.stringify(same) !== JSON.stringify(machine))
      throw new ConfigError(
        `${locate(['hosts', at, 'machine'])}: found another machine named '${machine.name}'; expected a name of its own in each file`,
      );
    machines.set(machine.name, machine);
  }
  return machines;
}

function knownMachines({ under, replays }: Profile, machines: ReadonlyMap<string, Machine>, place: string): void {
  const named = [...(under?.machine === undefined ? [] : [under.machine]), ...replays.map(({ machine }) => machine)];
  const unknown = named.find((name) => !machines.has(name));
  if (unknown !== undefined)
    throw new ConfigError(`${place}: its profile: ${unknownName('machine', unknown, [...machines.keys()])}`);
}

function distinct(items: readonly { name: string }[], list: string, locate: Locate): void {
  const names = items.map(({ name }) => name);
  const at = names.findIndex((name, at) => names.indexOf(name) < at);
  if (at >= 0)
    throw new ConfigError(
      `${locate([list, at, 'name'])}: found ${list} '${names[at]!}' twice; expected different ones`,
    );
}

/** A virtual machine that no host can hold, however empty, is a mistake in the file. */
function fitsSomewhere(
  { name, memoryGib, vcpus }: Vm,
  hosts: readonly Host[],
  { memory }: Fleet['headroomPercent'],
  place: string,
): void {
  const most = { memoryGib: 0, threads: 0 };
  for (const host of hosts) {
    most.memoryGib = Math.max(most.memoryGib, host.memoryGib * (1 - memory / 100));
    most.threads = Math.max(most.threads, host.threads);
  }
  if (memoryGib > most.memoryGib)
    throw new ConfigError(
      `${place}: found ${name} with ${memoryGib} GiB; expected at most ${most.memoryGib}, the largest host less its headroom`,
    );
  if (vcpus > most.threads)
    throw new ConfigError(
      `${place}: found ${name} with ${vcpus} vCPUs; expected at most ${most.threads}, the threads of the largest host`,
    );
}
