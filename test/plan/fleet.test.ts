import { describe, expect, test } from 'vitest';
import { MACHINES } from '../../src/config/machines/index.js';
import { readFleet } from '../../src/plan/fleet.js';
import { parseProfile } from '../../src/plan/profile.js';

const PROFILE = `schema: vmmu/profile@1
name: web
under: { paging: nested }
perSecond: { busyCycles: 1.0e9, tlbMisses: 1000 }
`;
const FLEET = `schema: vmmu/fleet@1
name: farm
hosts:
  - { name: h, machine: amd-zen4, gigahertz: 3, threads: 16, memoryGib: 64 }
vms:
  - { name: v, profile: web.yaml, vcpus: 2, memoryGib: 4 }
`;

const fleetOf = (fleet: string, profile = PROFILE) =>
  readFleet('farms/f.yaml', (path) => {
    if (path === 'farms/f.yaml') return fleet;
    expect(path).toBe('farms/web.yaml');
    return profile;
  });

test('what a file leaves out has defaults, and profiles stand beside it', () => {
  const { now, hosts, vms, headroomPercent } = fleetOf(FLEET);
  expect(now).toEqual({ paging: 'nested', hostPages: '4k', guestPages: '4k', nestedVirtualization: false, tags: true });
  expect(headroomPercent).toEqual({ cpu: 20, memory: 10 });
  expect(hosts[0]!.costs.name).toBe('epyc-2020');
  expect(vms[0]!.profile.perSecond.tlbMisses).toEqual({ low: 1000, high: 1000 });
  expect(vms[0]!.thpPercent).toEqual({ low: 50, high: 100 });
});

describe('bad fleets are one line: where, what was found, what is allowed', () => {
  test.each([
    ['name: farm', 'name: farm\nnow: { paging: agile }', /now.paging: /],
    ['name: farm', 'name: farm\nheadroomPercent: { cpu: 100 }', /headroomPercent.cpu: found 100; expected at most 95/],
    ['vcpus: 2', 'vcpus: 0', /^farms\/f.yaml:6:\d+: vms.0.vcpus: .*1/],
    ['vcpus: 2', 'vcpus: 17', /^farms\/f.yaml:6:5: found v with 17 vCPUs; expected at most 16/],
    [
      'memoryGib: 4 ',
      'memoryGib: 65 ',
      /^farms\/f.yaml:6:5: found v with 65 GiB; expected at most 57.6, the largest host less its headroom/,
    ],
    ['memoryGib: 4 ', 'memoryGib: 4, busyPercent: 101 ', /vms.0.busyPercent: .*100/],
    ['memoryGib: 4 ', 'memoryGib: 4, thpPercent: [50, 101] ', /vms.0.thpPercent.1: found 101; expected at most 100/],
    ['memoryGib: 64', 'memoryGib: 64, hugePercent: -1', /hosts.0.hugePercent: found -1; expected at least 0/],
    ['memoryGib: 64', 'memoryGib: 64, hugePercent: [9, 1]', /hosts.0.hugePercent: .*in this order/],
    ['amd-zen4', 'amd-zne4', /^farms\/f.yaml:4:\d+: unknown machine 'amd-zne4' \(nearest: amd-zen4\)/],
    ['name: farm', 'name: farm\nhost: 1', /^farms\/f.yaml:3:1: host: unknown key 'host' \(nearest: hosts\)/],
    ['vmmu/fleet@1', 'vmmu/fleet@2', /^farms\/f.yaml:1:1: schema: .*vmmu\/fleet@1/],
    ['vms:', 'vms:\n  - { name: v, profile: web.yaml, vcpus: 2, memoryGib: 4 }', /vms 'v' twice/],
  ])('%s → %s', (right, wrong, message) => {
    expect(() => fleetOf(FLEET.replace(right, wrong))).toThrow(message);
  });
});

describe('bad profiles too', () => {
  const bad = (right: string, wrong: string) => () => fleetOf(FLEET, PROFILE.replace(right, wrong));

  test.each([
    ['tlbMisses: 1000', 'tlbMisses: -1', /^farms\/web.yaml:4:\d+: perSecond.tlbMisses: /],
    ['tlbMisses: 1000', 'tlbMisses: 1.0e14', /perSecond.tlbMisses: .*10000000000000/],
    ['tlbMisses: 1000', 'tlbMisses: 1000, references: 10', /more TLB misses than references \(1000 of 10\)/],
    ['busyCycles: 1.0e9, tlbMisses', 'walkCycles: 5, tlbMisses', /found no busyCycles beside it/],
    ['under: { paging: nested }\n', '', /found no `under`/],
    ['paging: nested', 'paging: agile', /under.paging: /],
    ['busyCycles: 1.0e9', 'busyCycles: 0', /busyCycles: .*expected more/],
    ['busyCycles: 1.0e9', 'busyCycles: 1.0e12', /busyCycles: .*at most 10000000000 of each of 1 virtual/],
    ['tlbMisses: 1000', 'tlbMisses: 2.0e9', /more TLB misses than busy cycles/],
    ['tlbMisses: 1000', 'tlbMisses: 1000, walkRefs: 1.0e6', /walkRefs: .*at most 35 of each/],
    ['name: web', 'name: web\nexits: { cr3Write: 3 }', /exits.cr3Write: found an exit for translation/],
    ['name: web', 'name: web\nexits: { cpuid: 1.0e8 }', /exits.cpuid: .*at most 10000000/],
    ['paging: nested', 'paging: nested, machine: nonsense', /f.yaml:6:\d+: its profile: unknown machine 'nonsense'/],
    ['tlbMisses: 1000', 'tlbMises: 1000', /unknown key 'tlbMises' \(nearest: tlbMisses\)/],
    ['name: web', 'name: web\nexits: { cupid: 3 }', /exits/],
  ])('%s → %s', (right, wrong, message) => {
    expect(bad(right, wrong)).toThrow(message);
  });

  test('walk cycles beyond what the processors can have is no profile', () => {
    expect(() => parseProfile(PROFILE.replace('1000 }', '1000, walkCycles: 1.0e12 }'), 'p.yaml')).toThrow(
      /walkCycles: .*busy/,
    );
  });
});

test('two files of machines that differ need names that do', () => {
  const two = FLEET.replace(
    'vms:',
    '  - { name: i, machine: ./other.yaml, gigahertz: 3, threads: 16, memoryGib: 64 }\nvms:',
  );
  const machine = JSON.stringify({ ...MACHINES['amd-zen4'], asids: 64 });
  const read = (path: string): string =>
    ({ 'farms/f.yaml': two, 'farms/other.yaml': machine, 'farms/web.yaml': PROFILE })[path]!;
  expect(() => readFleet('farms/f.yaml', read)).toThrow(/f.yaml:5:\d+: found another machine named 'amd-zen4'/);
});
