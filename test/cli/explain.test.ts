import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../src/explain/step.js';
import { complaintOf, printedHere } from './in-process.js';
import { expectRefusal, printed, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();

test('without options it explains the 24 references of a 4K-on-4K walk', async () => {
  const text = await printedHere('explain');
  expect(text).toMatch(/^ +24 {2}nL1 +data +UDH4 /m);
  expect(text).toContain('24 made');
  expect(text).not.toContain('\x1b');
});

test('JSON is one document of a schema with a version', async () => {
  const { schema, happenings } = JSON.parse(
    await printedHere('explain --guest-page 2m --host-page 2m --format json'),
  ) as Explanation;
  expect(schema).toBe('vmmu/explain@1');
  expect(happenings).toMatchObject([{ event: 'walk', references: 15 }]);
});

test('--fault breaks an entry and says who receives the fault', async () => {
  expect(await printedHere('explain --fault 24:not-present')).toContain(
    'fault       nested page fault (#VMEXIT 0x400 VMEXIT_NPF), to the VMM',
  );
  expect(await printedHere('explain --fault 20:reserved-bit')).toContain(
    '#PF, delivered to the guest (no VM exit)\n  error code  0xd (P, U, RSVD)',
  );
  expect(await printedHere('explain --host shadow --fault 4:not-present')).toContain(
    '#PF, delivered to the guest (by way of the VMM)',
  );
});

test('a vector is found by its id, in its own file or a given one', async () => {
  const shipped = await printedHere('explain --vector ept-00468');
  expect(shipped).toContain('EPT misconfiguration (VM exit reason 49), to the VMM');
  const file = new URL('../vectors/ept.jsonl.gz', import.meta.url).pathname;
  const given = await printed(folder, ['explain', '--vector', 'ept-00468', '--file', file]);
  expect(given.split('\n').slice(2)).toEqual(shipped.split('\n').slice(2));
});

test('a row of a shipped trace', async () => {
  const text = await printedHere('explain cc1 --event 0 --strategy shadow');
  expect(text).toMatch(/^cc1, row 0: event /);
  expect(text).toMatch(/reference after \d+/);
});

test('--out writes the whole file under its name, and nothing else', async () => {
  expect(await printed(folder, 'explain --host none --format svg --out walk.svg')).toBe('');
  expect(readFileSync(join(folder, 'walk.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  expect(readdirSync(folder)).toEqual(['walk.svg']);
});

test('a file of vectors that is none is refused', async () => {
  writeFileSync(join(folder, 'bad.jsonl'), '{"id":"a-1"\n{"id":"a-2"}\n{"id":"a-3","guestMode":"7level"}\n');
  writeFileSync(join(folder, 'other.txt'), 'text\n');
  for (const id of ['a-1', 'a-3'])
    await expectRefusal(
      folder,
      `explain --vector ${id} --file bad.jsonl`,
      'bad.jsonl:1:12: found a line that is not JSON; expected a vector',
    );
  await expectRefusal(folder, 'explain --vector a-1 --file other.txt', 'other.txt:1:1: found a line that is not JSON');
});

describe('what cannot be explained is refused in one line', () => {
  test.each([
    ['--gva zz', '--gva: found'],
    ['--gva 0x10000000000000000', '64 bits'],
    ['--guest 32bit --gva 0x100000000', '32 bits'],
    ['--guest none --gva 0xffffffff --host-mode 32bit', 'MiB'],
    ['--guest-page 4m', '4k, 2m, 1g'],
    ['--host-page 4m', '4k, 2m, 1g'],
    ['--guest none --guest-page 2m', 'no pages'],
    ['--guest 5level --machine amd-zen4', '5-level'],
    ['--host ept --machine amd-zen4', 'amd-zen4 has npt'],
    ['--host npt --machine amd-k8-revF', 'no nested paging'],
    ['--host ept --host-mode 5level', '4level'],
    ['--host none --host-page 2m', 'no host'],
    ['--host shadow --host-mode 4level', "guest's format"],
    ['--host shadow --guest 32bit', 'not modelled'],
    ['--user --supervisor', 'supervisor'],
    ['--repeat 17', '1 to 16'],
    ['--fault 24', "--fault: found '24'; expected REFERENCE:KIND"],
    ['--fault 24:missing', 'not-present, write-protected, reserved-bit'],
    ['--fault 25:not-present', 'references 1 to 24'],
    ['--guest 32bit --host none --fault 2:reserved-bit', 'allowed: not-present, write-protected'],
    ['--vector ept-00468 --fault 1:not-present', '--fault does not go with'],
    ['--machine amd-zen44', 'amd-zen4'],
    ['--vector ept-99999', 'nearest'],
    ['--vector nothing', 'native-, npt-, ept-'],
    ['--vector ept-00468 --file none.jsonl', 'no such file'],
    ['--vector ept-00468 --gva 1', '--gva does not go with'],
    ['--vector ept-00468 --machine amd-zen4', '--machine does not go with'],
    ['--event 3', '--event does not go with'],
    ['--file x', '--file does not go with'],
    ['cc1', '--event: expected'],
    ['cc1 --event 1 --guest 4level', '--guest does not go with'],
    ['cc1 --event 1 --strategy shadwo', 'nearest: shadow'],
    ['cc11 --event 1', 'nearest: cc1'],
    ['--format svg --repeat 3', 'choose one with --walk'],
    ['--walk 1', '--walk'],
    ['--out /nowhere/walk.txt', '--out /nowhere/walk.txt'],
  ])('%s', async (args, part) => {
    expect(await complaintOf(`explain ${args}`)).toContain(part);
  });
});
