import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ended, MAIN, printed, start, temporaryFolder, vmmu } from '../cli/vmmu.js';
import { LONG } from '../long.js';
import { cellsIn, filesIn, smallSweep } from '../sweep/folders.js';

const KILLS = LONG ? 50 : 2;
const SEED = Number(process.env['VMMU_SEED'] ?? 1);

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder, name);
const sweep = (out: string, ...more: string[]): string[] => [
  ...['sweep', 'small.yaml', '--out', out, '--format', 'csv', '--quiet'],
  ...more,
];

/** Of a run that nothing disturbed. */
let whole: Record<string, string>;
let csv: string;
let milliseconds: number;
beforeAll(async () => {
  await smallSweep(folder, 5);
  const began = Date.now();
  csv = await printed(folder, sweep('whole', '--workers', '1'));
  milliseconds = Date.now() - began;
  whole = filesIn(inFolder('whole'));
});

/** A directory that once was whole, as what has happened to it left it. */
function once(name: string): string {
  cpSync(inFolder('whole'), inFolder(name), { recursive: true });
  return inFolder(name);
}

async function expectResumed(name: string, ...more: string[]): Promise<string> {
  const { status, stdout, stderr } = await vmmu(folder, sweep(name, ...more));
  expect(status).toBe(0);
  expect(stdout).toBe(csv);
  expect(filesIn(inFolder(name))).toEqual(whole);
  return stderr;
}

/** The same numbers for the same seed, from 0 up to 1. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

test(`killed at ${KILLS} moments, each cell is whole or not there, and the rest is made up for`, async () => {
  const random = drawn(SEED);
  const directory = once('killed');
  let cut = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    for (const name of Object.keys(filesIn(directory)))
      if (!name.startsWith('cells/') || random() < 0.7) rmSync(join(directory, name));
    const child = start(folder, sweep('killed', '--workers', String(1 + (kill % 3))));
    const end = ended(child);
    await setTimeout(random() * milliseconds);
    child.kill('SIGKILL');
    if ((await end).status === null) cut++;
    for (const [name, text] of Object.entries(filesIn(directory)))
      if (!name.endsWith('.tmp')) expect(text).toBe(whole[name]);
  }
  expect(cut).toBeGreaterThan(0);
  expect(await expectResumed('killed', '--workers', '3')).toBe('');
});

test('Ctrl-C: status 130, how to go on, and finished cells stay', async () => {
  const child = start(folder, sweep('interrupted', '--workers', '1'));
  const end = ended(child);
  while (!existsSync(inFolder('interrupted/cells'))) await setTimeout(5);
  child.kill('SIGINT');
  expect(await end).toEqual({
    status: 130,
    stdout: '',
    stderr: 'vmmu: interrupted; finished cells stay in interrupted; run the same command again to go on\n',
  });
  expect(filesIn(inFolder('interrupted'))).not.toHaveProperty('summary.csv');
  expect(cellsIn(inFolder('interrupted')).length).toBeGreaterThan(0);
  await expectResumed('interrupted');
});

test('cell files cut short, empty, of other bytes, with a blank more, of another cell, or no cells at all are noticed and replaced', async () => {
  const damages: ((path: string, other: string) => void)[] = [
    (path) => truncateSync(path, 300),
    (path) => truncateSync(path, 0),
    (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('"refs":5', '"refs":6')),
    (path) => writeFileSync(path, `${readFileSync(path, 'utf8')} `),
    (path, other) => cpSync(other, path),
    (path) => writeFileSync(path, 'null'),
  ];
  const [other, ...cells] = cellsIn(once('damaged'));
  const damaged = cells.slice(0, damages.length);
  for (const [at, damage] of damages.entries())
    damage(inFolder(`damaged/${damaged[at]!}`), inFolder(`damaged/${other!}`));
  expect((await expectResumed('damaged')).trimEnd().split('\n').sort()).toEqual(
    damaged.map((cell) => `vmmu: damaged/${cell}: found a damaged cell; it is run again`).sort(),
  );
});

test('two processes in one directory at once write the same as one', async () => {
  const both = [vmmu(folder, sweep('shared', '--workers', '2')), vmmu(folder, sweep('shared'))];
  for (const { status, stdout, stderr } of await Promise.all(both)) {
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toBe(csv);
  }
  expect(filesIn(inFolder('shared'))).toEqual(whole);
});

test('what a killed run left half-written goes, and nothing else', async () => {
  const directory = once('leftovers');
  const [cell] = cellsIn(directory);
  const gone = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' }).stdout.trim();
  const { temporaryName } = await import('../../src/report/whole-files.js');
  const dead = (path: string): string => temporaryName(path).replace(`-${process.pid}-`, `-${gone}-`);
  const ofNumberAgain = (path: string): string => temporaryName(path).replace(/\d+\.tmp$/, '1.tmp');
  const left = [dead(join(directory, cell!)), dead(join(directory, 'summary.csv'))];
  // Only Linux tells when a process began.
  if (process.platform === 'linux') left.push(ofNumberAgain(join(directory, cell!)));
  const kept = [dead(join(directory, 'mine.txt')), join(directory, 'notes.tmp'), temporaryName(join(directory, cell!))];
  for (const path of [...left, ...kept]) writeFileSync(path, 'half');
  await vmmu(folder, sweep('leftovers'));
  expect(left.filter((path) => existsSync(path))).toEqual([]);
  expect(kept.filter((path) => !existsSync(path))).toEqual([]);
});

test('a full disk: one line, no half-written file, and finished cells stay', async (context) => {
  const disk = inFolder('disk');
  mkdirSync(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160k', 'tmpfs', disk]).status !== 0)
    return context.skip('no right to mount a tmpfs');
  onTestFinished(() => void spawnSync('umount', [disk]));
  const { status, stdout, stderr } = await vmmu(folder, sweep('disk'));
  expect(stderr).toMatch(/^vmmu: --out disk: ENOSPC.*run the command again to go on\n$/);
  expect([status, stdout]).toEqual([2, '']);
  const files = filesIn(disk);
  expect(cellsIn(disk).length).toBeGreaterThan(0);
  for (const [name, text] of Object.entries(files)) expect(text).toBe(whole[name]);
  spawnSync('mount', ['-o', 'remount,size=10m', disk]);
  await expectResumed('disk');
});

/** A sweep whose threads do something on tasks of shadow paging, before the model sees them: piscina's threads receive them so. */
function withThreads(out: string, act: string, ...more: string[]) {
  const file = /^(four|apart)$/.test(out) ? 'four.yaml' : 'pair.yaml';
  writeFileSync(
    inFolder('act.cjs'),
    `const threads = require('node:worker_threads');
const fs = require('node:fs');
if (!threads.isMainThread) {
  const receive = threads.receiveMessageOnPort;
  const act = (several) => { ${act} };
  threads.receiveMessageOnPort = (port) => {
    const entry = receive(port);
    const specs = entry?.message.task?.specs;
    if (specs?.[0].strategy === 'shadow') act(specs.length > 1);
    return entry;
  };
}`,
  );
  const options = `--require ${inFolder('act.cjs')} --max-old-space-size=96`;
  const env = { ...process.env, NODE_OPTIONS: options };
  const args = ['sweep', file, '--out', out, '--format', 'csv', '--quiet', ...more];
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, env, encoding: 'utf8' });
}

const TOO_SLOW = [
  'too slow',
  'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
  ['--timeout', '4'],
  /longer than 4 s/,
] as const;

describe('a thread that is lost takes no other cell with it', () => {
  beforeAll(() => writeFileSync(inFolder('pair.yaml'), 'traces: [a.arrows]\nstrategies: [native, shadow, nested]\n'));

  test('died once: its cell is run again', () => {
    writeFileSync(inFolder('once'), '');
    const act = `try { fs.rmSync(${JSON.stringify(inFolder('once'))}); } catch { return; } process.exit(7);`;
    const { status, stdout, stderr } = withThreads('died', act);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n').length).toBe(1 + 3);
    expect(existsSync(inFolder('once'))).toBe(false);
  });

  test.each([
    ['died twice', 'process.exit(7);', [], /its thread ended with status 7/],
    ['no memory is left', 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length + 0.5));', [], /memory/],
    ...(LONG ? [TOO_SLOW] : []),
  ] as const)('%s: its cell has failed, and no row', (what, act, more, why) => {
    const { status, stdout, stderr } = withThreads(`lost ${what}`, act, ...more);
    const lines = stderr.split('\n').filter((line) => line.startsWith('vmmu: '));
    expect(lines[0]).toMatch(/^vmmu: failed: a on amd-zen4 under shadow: /);
    expect(lines[0]).toMatch(why);
    expect(lines[1]).toMatch(/^vmmu: 1 of 3 cells failed/);
    expect(status).toBe(1);
    const strategies = stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[3]);
    expect(strategies).toEqual(['native', 'nested']);
    expect(readdirSync(join(folder, `lost ${what}`))).toContain('summary.csv');
  });

  test('of cells that are answered together each is tried by itself', () => {
    const axes = 'axes:\n  machine.tlb.l1d.4k: { sets: [2, 4], ways: [1, 2] }\n';
    writeFileSync(inFolder('four.yaml'), `traces: [a.arrows]\nmachines: [yardstick]\nstrategies: [shadow]\n${axes}`);
    const { status, stdout, stderr } = withThreads('four', 'if (several) process.exit(7);', '--workers', '1');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.trimEnd().split('\n').length).toBe(1 + 4);
    const apart = withThreads('apart', '', '--apart');
    expect(stdout).toBe(apart.stdout);
  });
});
