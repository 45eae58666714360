/** The built program as its users run it, in a folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  /** Exit status, null after a signal. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder that is removed after the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vmmu-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function start(folder: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  const status = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  return { status, ...output };
}

/** Arguments are written as on a command line; those with spaces are given as a list. */
export async function vmmu(folder: string, args: string | readonly string[]): Promise<Ended> {
  return ended(start(folder, typeof args === 'string' ? args.split(' ') : args));
}

/** What a command that must succeed printed. */
export async function printed(folder: string, args: string | readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await vmmu(folder, args);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

/** A command whose input is bad: one line on stderr that has all of `parts`, nothing on stdout, exit status 2. */
export async function expectRefusal(
  folder: string,
  args: string | readonly string[],
  ...parts: (string | RegExp)[]
): Promise<void> {
  const { status, stdout, stderr } = await vmmu(folder, args);
  expect(stderr).toMatch(/^vmmu: .+\n$/);
  for (const part of parts) expect(stderr).toMatch(part);
  expect(stdout).toBe('');
  expect(status).toBe(2);
}
