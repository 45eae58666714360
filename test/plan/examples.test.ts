import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFleet } from '../../src/plan/fleet.js';
import { parseProfile } from '../../src/plan/profile.js';
import { printed, temporaryFolder } from '../cli/vmmu.js';
import { LONG } from '../long.js';

const FOLDER = join(import.meta.dirname, '../../examples');
const EXAMPLES = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'fleet.yaml')));
const folder = temporaryFolder();

test.each(EXAMPLES)('%s is a fleet, and every profile in it is used', (name) => {
  const read: string[] = [];
  readFleet(join(FOLDER, name, 'fleet.yaml'), (path) => {
    read.push(path);
    return readFileSync(path, 'utf8');
  });
  const files = readdirSync(join(FOLDER, name)).map((file) => join(FOLDER, name, file));
  expect(read.sort()).toEqual(files.sort());
});

interface Statement {
  readonly holds: string;
  readonly savedPercent: { readonly low: number };
  readonly moves: readonly { readonly turns: boolean }[];
}

/** The web farm has to replay walks, which takes longer; .ci/run has it. */
describe.each(EXAMPLES.filter((name) => name !== 'web-farm'))('%s', (name) => {
  test('says of each conclusion whether it survives its inputs', async () => {
    const text = await printed(folder, ['plan', join(FOLDER, name, 'fleet.yaml'), '--format', 'json', '--quiet']);
    const { hosts } = JSON.parse(text) as { hosts: { statements: Statement[] }[] };
    const statements = hosts.flatMap((host) => host.statements);
    expect(statements.length).toBeGreaterThan(0);
    for (const { holds, savedPercent, moves } of statements) {
      expect(moves.length).toBeGreaterThan(0);
      expect(holds).toBe(savedPercent.low >= 0 ? 'always' : moves.some(({ turns }) => turns) ? 'likely' : 'alone');
    }
  });
});

if (LONG)
  test('a profile is made again of its trace, byte for byte', async () => {
    const text = await printed(folder, [
      ...['plan', 'profile', 'memcached', '--name', 'cache', '--machine', 'intel-cascadelake', '--quiet'],
    ]);
    expect(text).toBe(readFileSync(join(FOLDER, 'web-farm/cache.profile.yaml'), 'utf8'));
  });

test('a trace counts the same as its replays do: half of them, under each kind of paging', async () => {
  await printed(folder, ['trace', 'gen', 'gups', 'gups.arrows', '--refs', '12k', '--pages', '2048']);
  const text = await printed(folder, ['plan', 'profile', 'gups.arrows', '--machine', 'amd-zen4', '--quiet']);
  const { replays, footprintMib } = parseProfile(text, 'gups.profile.yaml');
  const of = (paging: string, hostPages: string) =>
    replays.find((one) => one.paging === paging && one.guestPages === '4k' && one.hostPages === hostPages)!;
  const [native, shadow, nested, large] = [
    of('native', '4k'),
    of('shadow', '4k'),
    of('nested', '4k'),
    of('nested', '2m'),
  ];
  expect(replays.length).toBe(2 + 4 + 6 + 4);
  expect(native.exits).toEqual({});
  // Tables of nested paging are the guest's own, so its misses are those of the bare machine.
  expect(nested.walks).toBe(native.walks);
  expect(nested.walkRefs).toBeGreaterThan(large.walkRefs);
  expect(shadow.walkRefs / shadow.walks).toBeLessThanOrEqual(4);
  for (const { refs } of replays) expect(refs).toBe(native.refs);
  expect(footprintMib!.high).toBeGreaterThan(4);
});
