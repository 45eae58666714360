import { expect, test } from 'vitest';
import SHIPPED from '../../traces/manifest.json' with { type: 'json' };
import { COSTS } from '../../src/config/costs/index.js';
import { machineSchema, type MachineInput } from '../../src/config/machine-schema.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { COUNTERS } from '../../src/counters/counters.js';
import { STRATEGIES } from '../../src/paging/index.js';
import { STACKED } from '../../src/paging/stacked/index.js';
import { TRACE_FORMATS } from '../../src/trace/formats/index.js';
import { GENERATORS } from '../../src/trace/generators/index.js';
import { EXITS } from '../../src/vmm/exits.js';
import { SENSITIVE_INSTRUCTIONS } from '../../src/vmm/sensitive-instructions.js';
import { printedHere } from './in-process.js';

test.each([
  ['strategies', Object.keys({ ...STRATEGIES, ...STACKED })],
  ['machines', Object.keys(MACHINES)],
  ['costs', Object.keys(COSTS)],
  ['formats', Object.keys(TRACE_FORMATS)],
  ['generators', Object.keys(GENERATORS)],
  ['counters', Object.keys(COUNTERS)],
  ['exits', Object.keys(EXITS)],
  ['sensitive-instructions', Object.keys(SENSITIVE_INSTRUCTIONS)],
  ['traces', Object.keys(SHIPPED.traces).sort()],
])('list %s has every name, as a table and as JSON', async (kind, names) => {
  const rows = JSON.parse(await printedHere(`list ${kind} --format json`)) as { name: string }[];
  expect(rows.map(({ name }) => name)).toEqual(names);
  const [header, ...lines] = (await printedHere(`list ${kind}`)).trimEnd().split('\n');
  expect(header).toMatch(/^name/);
  expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual(names);
});

test('list machines fits into 160 columns', async () => {
  const lines = (await printedHere('list machines')).split('\n');
  expect(lines.filter((line) => line.length > 160)).toEqual([]);
});

test('list machines as JSON is all that is known of them, with the defaults', async () => {
  const machines = JSON.parse(await printedHere('list machines --format json')) as unknown[];
  expect(machines).toEqual(Object.values<MachineInput>(MACHINES).map((machine) => machineSchema.parse(machine)));
});

test('list machines with a name is a sheet of one machine', async () => {
  const sheet = await printedHere('list machines intel-skylake');
  const value = (label: string): string => new RegExp(`^${label} {2,}(.*)$`, 'm').exec(sheet)![1]!;
  expect(value('TLB l1i')).toBe('4k 64/8 2m 8/fa');
  expect(value('TLB l1d')).toBe('4k 64/4 tree-plru 2m 32/4 1g 4/4');
  expect(value('TLB l2')).toBe('4k+2m 1536/12 mru3-plru4 xor 1g 16/4');
  expect(value('walk cache')).toBe('stc pml4e 4/fa pdpte 4/fa pde 32/4 2d');
  expect(value('nested TLB')).toBe('none');
  expect(value('data caches')).toBe('32/8, 256/4, 8192/16');
  expect(value('cycles')).toBe('TLB l2 7, l1 4, l2 12, l3 47, memory 173');
  expect(value('nested')).toBe('ept a/d, execute-only, PDPTEs in registers');
  for (const doubt of MACHINES['intel-skylake'].doubts!) expect(sheet).toContain(`  ${doubt}\n`);
});

test('list machines tells loads from stores, and instructions from data', async () => {
  expect(await printedHere('list machines intel-icelake')).toContain('ld 4k 64/4 2m 32/4 1g 8/fa st shared 16/fa');
  const zen = await printedHere('list machines amd-zen4');
  expect(zen).toContain('i 4k 512/4 2m 512/2, d 4k 3072/8 2m 3072/6 1g 64/fa');
  expect(zen).toContain('uptc 24/fa 2d');
  expect(zen).toContain('16/fa tables');
});

test('list with a name and --format json is a list of one', async () => {
  expect(JSON.parse(await printedHere('list strategies nested --format json'))).toMatchObject([{ name: 'nested' }]);
});
