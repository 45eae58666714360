/** Runs a program to its end, with our own input and outputs. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../../errors.js';
import type { Ending } from './recorder.js';

export interface RunOptions {
  readonly signal: AbortSignal;
  /** A file that its output goes to instead; what it complains of is not shown then. */
  readonly into?: string;
}

export async function runProgram(
  program: string,
  args: readonly string[],
  { signal, into }: RunOptions,
): Promise<Ending> {
  const child = spawn(program, args, {
    stdio: ['inherit', into === undefined ? 'inherit' : 'pipe', 'inherit'],
    signal,
  });
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject).once('close', (status, killed) => {
      resolve(status ?? killed ?? 'SIGKILL');
    });
  });
  if (into !== undefined) await Promise.all([pipeline(child.stdout!, createWriteStream(into)), ended]);
  return ended;
}

/** Runs a program that is a step on the way and must not fail. */
export async function runStep(program: string, args: readonly string[], options: RunOptions): Promise<void> {
  const ended = await runProgram(program, args, options);
  if (ended !== 0) throw new UsageError(`${program}: ended with ${ended}; expected 0`);
}
