/** The C program of the project, for what JavaScript cannot do: compiled into a temporary folder, run, and its lines read strictly. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ModelError } from '../errors.js';
import { PRICES, type Missing, type Native, type Price } from './probe-file.js';

const execute = promisify(execFile);
const SOURCE = fileURLToPath(new URL('../../scripts/probe/probe.c', import.meta.url));

export interface NativeProgram {
  readonly path: string;
  dispose(): Promise<void>;
}

export async function compileNative(signal: AbortSignal): Promise<NativeProgram | Missing> {
  const folder = await mkdtemp(join(tmpdir(), 'vmmu-probe-'));
  const path = join(folder, 'probe');
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await execute('cc', ['-O2', '-o', path, SOURCE], { signal });
    return { path, dispose };
  } catch (error) {
    await dispose();
    if (signal.aborted) throw error;
    return { missing: whyNot(error as NodeJS.ErrnoException) };
  }
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'no C compiler: cc is not on PATH (Debian: apt install gcc libc6-dev)';
  return `cc did not compile scripts/probe/probe.c: ${message.split('\n')[1] ?? message}`;
}

export async function runNative(
  { path }: NativeProgram,
  seconds: number,
  signal: AbortSignal,
): Promise<Native | Missing> {
  try {
    const { stdout } = await execute(path, ['measure', String(seconds)], {
      signal,
      timeout: 1000 * (20 + 4 * seconds),
    });
    return parseNative(stdout);
  } catch (error) {
    if (signal.aborted || error instanceof ModelError) throw error;
    return { missing: `the C program did not finish: ${(error as Error).message.split('\n')[0]!}` };
  }
}

export function parseNative(text: string): Native {
  const lines = text.trimEnd().split('\n');
  if (lines.pop() !== 'end 0') throw new ModelError('the C program of the probe ended in the midst of its lines');
  const cpuid: Record<string, string> = {};
  const values = new Map<string, number>();
  for (const line of lines) {
    const [, leaf, registers] = /^cpuid\.([0-9a-f]+\.[0-9a-f]+) ([0-9a-f]{8}(?:\.[0-9a-f]{8}){3})$/.exec(line) ?? [];
    const [, name, value] = /^(\w+) (-?\d+(?:\.\d+)?)$/.exec(line) ?? [];
    if (leaf !== undefined) cpuid[leaf] = registers!;
    else if (name !== undefined) values.set(name, Number(value));
    else throw new ModelError(`the C program of the probe printed '${line}'`);
  }
  const read = (name: string): number => {
    const value = values.get(name);
    if (value === undefined) throw new ModelError(`the C program of the probe printed no ${name}`);
    return value;
  };
  const prices = Object.fromEntries(PRICES.map((name) => [name, read(name)])) as Record<Price, number>;
  return { prices, hugetlbErrno: read('hugetlbErrno'), cpuid };
}
