/** `vmmu plan profile`: what it prints and writes, and that docs/profiles.md lists the events as they are. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EVENT_SETS, EVENTS } from '../../src/plan/measured/events.js';
import { parseProfile } from '../../src/plan/profile.js';
import { complaintOf, printedHere } from '../cli/in-process.js';
import { expectRefusal, temporaryFolder, vmmu } from '../cli/vmmu.js';

const folder = temporaryFolder();
const fixture = (name: string): string => resolve('test/plan/fixtures', name);
const EXITS = fixture('boot-ept.kvm-stat.txt');

test('the profile goes to stdout, notes to stderr', async () => {
  const { status, stdout, stderr } = await vmmu(folder, `plan profile ${EXITS} --seconds 60 --name web`);
  expect(status).toBe(0);
  expect(parseProfile(stdout, 'stdout')).toMatchObject({ name: 'web', under: { paging: 'nested' } });
  expect(stderr).toMatch(/^(?:note: .+\n)+$/);
  expect(stderr).toContain('note: vcpus: no report tells how many; 1 stands in the profile (--vcpus)');
});

test('or into a file, as JSON too', async () => {
  const said =
    '--seconds 60 --vcpus 2 --guest-pages thp --host-pages 2m --machine intel-skylake --footprint-mib 512 --processes 9';
  expect(await printedHere(`plan profile ${EXITS} ${said} -o web.json`, folder)).toBe('');
  const text = readFileSync(join(folder, 'web.json'), 'utf8');
  expect(text).toMatch(/^\{/);
  expect(parseProfile(text, 'web.json')).toMatchObject({
    name: 'boot-ept',
    vcpus: 2,
    under: { machine: 'intel-skylake', paging: 'nested', guestPages: 'thp', hostPages: '2m' },
    footprintMib: { low: 512, high: 512 },
    processes: { low: 9, high: 9 },
  });
});

test('--events lists each event, and ready commands', async () => {
  const text = await printedHere('plan profile --events');
  for (const event of Object.keys(EVENTS)) expect(text).toContain(`\n${event} `.slice(event === 'cycles' ? 0 : 1));
  for (const events of Object.values(EVENT_SETS)) expect(text).toContain(`perf stat -a -e ${events} sleep 60`);
});

describe('bad usage', () => {
  test.each([
    ['plan profile', 'found no file; expected reports of one virtual machine'],
    ['plan profile nowhere.txt', 'nowhere.txt: no such file'],
    [`plan profile ${fixture('README.md')}`, 'README.md: found no report that is known'],
    [`plan profile ${EXITS}`, 'boot-ept.kvm-stat.txt: found no time that was watched; expected --seconds'],
    [`plan profile ${EXITS} --seconds 0`, "argument '0' is invalid. Allowed: a number above 0"],
    [`plan profile ${EXITS} --seconds -1`, "argument '-1' is invalid"],
    [`plan profile ${EXITS} --vcpus 0`, 'Allowed: a whole number from 1 to 4096'],
    [`plan profile ${EXITS} --machine amd-zne4`, "unknown machine 'amd-zne4' (nearest: amd-zen4)"],
    [`plan profile ${EXITS} --paging agile`, 'Allowed choices are native, nested, shadow'],
  ])('%s', async (args, message) => {
    expect(await complaintOf(args, folder)).toContain(message);
  });

  test('exit status 2, one line', () =>
    expectRefusal(
      folder,
      `plan profile ${EXITS} ${fixture('amd-exits.perf-kvm-stat.txt')} --seconds 60`,
      'expected reports of one host',
    ));
});

test('docs/profiles.md has a row for each event', () => {
  const rows = [
    ...readFileSync('docs/profiles.md', 'utf8').matchAll(/^\| `([\w.-]+)` +\| (\S+) +\| (\S+) +\| (.*?) +\|$/gm),
  ];
  const events = Object.entries(EVENTS).map(([event, { vendor, rate, note }]) => [
    event,
    vendor ?? 'any',
    rate ?? '–',
    note,
  ]);
  expect(rows.map(([, ...cells]) => cells)).toEqual(events);
});

test('docs/profiles.md has each ready command', () => {
  const text = readFileSync('docs/profiles.md', 'utf8');
  for (const events of Object.values(EVENT_SETS)) expect(text).toContain(events);
});
