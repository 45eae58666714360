import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COSTS } from '../../src/config/costs/index.js';
import { machineSchema, type MachineInput } from '../../src/config/machine-schema.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { resolveConfig } from '../../src/config/resolve.js';
import { printedHere } from './in-process.js';

/** Judges as an editor would that was given the printed schema. */
async function judge(file: string): Promise<(value: unknown) => boolean> {
  const validate = new Ajv().compile(JSON.parse(await printedHere(`schema ${file}`)) as object);
  return (value) => validate(value) === true;
}

describe('vmmu schema machine', () => {
  const { 'amd-zen4': zen4 } = MACHINES;

  test('accepts every machine, as written and with its defaults', async () => {
    const accepts = await judge('machine');
    for (const machine of Object.values<MachineInput>(MACHINES))
      expect([machine.name, accepts(machine), accepts(machineSchema.parse(machine))]).toEqual([
        machine.name,
        true,
        true,
      ]);
  });

  test.each([
    ['a key that does not exist', { ...zen4, tlbs: {} }],
    ['a wrong key of an array', { ...zen4, tlb: { ...zen4.tlb, l1i: { shared: { entires: 64, ways: 0 } } } }],
    ['a page size that does not exist', { ...zen4, tlb: { ...zen4.tlb, l1i: { '8k': { entries: 64, ways: 0 } } } }],
    ['a text for a number', { ...zen4, pteCacheShare: '1/8' }],
    ['a replacement that does not exist', { ...zen4, tlb: { ...zen4.tlb, l1i: replacedBy('mru') } }],
    ['no name', { ...zen4, name: undefined }],
    ['null', null],
  ])('refuses %s', async (_, value) => {
    expect((await judge('machine'))(JSON.parse(JSON.stringify(value)))).toBe(false);
  });

  test('is what `vmmu schema` prints', async () => {
    expect(await printedHere('schema')).toBe(await printedHere('schema machine'));
  });
});

function replacedBy(replacement: string): object {
  return { shared: { entries: 64, ways: 0, replacement } };
}

test('vmmu schema costs accepts all prices and refuses a negative one', async () => {
  const accepts = await judge('costs');
  expect(Object.values(COSTS).filter((costs) => !accepts(costs))).toEqual([]);
  expect(accepts({ ...COSTS['epyc-2020'], exitHardwareCycles: -1 })).toBe(false);
});

describe('vmmu schema config', () => {
  test('accepts parts by name and in full, and none at all', async () => {
    const accepts = await judge('config');
    expect(accepts({})).toBe(true);
    expect(accepts({ machine: 'amd-zen4', costs: 'mine.yaml', guest: { pages: 'thp' }, host: {}, seed: 3 })).toBe(true);
    expect(accepts({ machine: MACHINES['intel-icelake'], costs: COSTS['epyc-2020'] })).toBe(true);
    expect(accepts({ guest: { page: '4k' } })).toBe(false);
  });

  test('has the keys that --config knows', async () => {
    const { properties } = JSON.parse(await printedHere('schema config')) as { properties: object };
    const keys = Object.keys(properties).join(', ');
    expect(() => resolveConfig({ config: 'all.yaml' }, () => '[]')).toThrow(`any of ${keys}`);
  });
});

test('vmmu schema fleet and profile accept the examples, and refuse a share above 100 % and a misspelt rate', async () => {
  const [fleet, profile] = [await judge('fleet'), await judge('profile')];
  const folder = join(import.meta.dirname, '../../examples');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  const of = (name: string): unknown => parse(readFileSync(join(folder, name), 'utf8'));
  for (const name of files)
    expect([name, (name.endsWith('fleet.yaml') ? fleet : profile)(of(name))]).toEqual([name, true]);
  const farm = of('web-farm/fleet.yaml') as { vms: object[] };
  expect(fleet({ ...farm, vms: [{ ...farm.vms[0], busyPercent: 101 }] })).toBe(false);
  const web = of('web-farm/web.profile.yaml') as { perSecond: object };
  expect(profile({ ...web, perSecond: { ...web.perSecond, tlbMises: 1 } })).toBe(false);
});
