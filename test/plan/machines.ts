/** Fleets of one kind of host and machine, with walks whose costs can be worked by head. */
import { machineSchema } from '../../src/config/machine-schema.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { COSTS } from '../../src/config/costs/index.js';
import type { Fleet, Host, Vm } from '../../src/plan/fleet.js';
import { profileSchema, type ProfileInput } from '../../src/plan/profile.js';
import type { WalkPrices } from '../../src/plan/walk-costs.js';

export const preset = (name: keyof typeof MACHINES) => machineSchema.parse(MACHINES[name]);

/** Native walks cost 10 cycles and one reference near, 40 and two far; nested ones three times that. */
export const WALKS: WalkPrices = {
  of(_machine, { paging }) {
    const times = paging === 'nested' ? 3 : 1;
    return { near: { refs: times, cycles: 10 * times }, far: { refs: 2 * times, cycles: 40 * times } };
  },
};

/** Of 1 GHz, whose exits cost 1,000 cycles. */
export function host(more: Partial<Host> = {}): Host {
  return {
    name: 'h',
    machine: preset('intel-cascadelake'),
    costs: { ...COSTS['sandy-bridge-2011'], exitHardwareCycles: 400, exitSoftwareCycles: 600 },
    gigahertz: 1,
    threads: 10,
    memoryGib: 100,
    count: 10,
    hugePercent: { low: 100, high: 100 },
    ...more,
  };
}

export function vm(profile: Omit<ProfileInput, 'schema' | 'name'>, more: Partial<Vm> = {}): Vm {
  return {
    name: 'v',
    profile: profileSchema.parse({ schema: 'vmmu/profile@1', name: 'v', ...profile }),
    vcpus: 2,
    memoryGib: 4,
    count: 10,
    busyPercent: 50,
    growthPercent: 0,
    thpPercent: { low: 100, high: 100 },
    ...more,
  };
}

export function fleet(hosts: readonly Host[], vms: readonly Vm[]): Fleet {
  return {
    schema: 'vmmu/fleet@1',
    name: 'test',
    now: { paging: 'nested', hostPages: '4k', guestPages: '4k', nestedVirtualization: false, tags: true },
    headroomPercent: { cpu: 20, memory: 10 },
    hosts,
    vms,
    machineOf: () => null,
  };
}

/** Everything measured, nothing left open but what the model leaves open. */
export const MEASURED: Omit<ProfileInput, 'schema' | 'name'> = {
  under: { paging: 'nested' },
  perSecond: {
    busyCycles: 1e9,
    tlbMisses: 1e6,
    walkCycles: 6e7,
    guestFaults: 1000,
    tableWrites: 1500,
    cr3Writes: 2000,
    invlpgs: 500,
    firstTouches: 100,
  },
  exits: { cpuid: 300 },
  footprintMib: 1024,
  processes: 10,
};
