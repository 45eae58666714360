/** One curve, measured in a process of its own: nothing else has been compiled there, and its memory can be asked for with other pages. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { ModelError } from '../errors.js';
import type { Measured } from './measure.js';

export interface ArmTask {
  /** Of the buffer. */
  readonly pages: number;
  readonly seconds: number;
  /** Nothing is measured unless the buffer has pages of 2 MiB. */
  readonly onlyHuge: boolean;
}

export interface ArmResult {
  /** What part of the buffer has pages of 2 MiB; null: the system does not tell. */
  readonly hugeShare: number | null;
  readonly measured: Measured | null;
  readonly clockGhz: number;
  /** Memory of the process at its most. */
  readonly residentMib: number;
}

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

/** @param front a program that starts the rest of its arguments, and its own arguments @param tell is told what part is done */
export async function runArm(
  task: ArmTask,
  environment: Readonly<Record<string, string>>,
  front: readonly string[],
  signal: AbortSignal,
  tell: (done: number) => void,
): Promise<ArmResult> {
  const [program, ...given] = [...front, process.execPath, CHILD, JSON.stringify(task)];
  const child = spawn(program, given, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const results: ArmResult[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = JSON.parse(line) as { done?: number; result?: ArmResult };
    if (told.done !== undefined) tell(told.done);
    if (told.result !== undefined) results.push(told.result);
  });
  const [status, killed] = await new Promise<[number | null, string | null]>((resolve, reject) =>
    child.on('error', reject).on('close', (...ended) => resolve(ended)),
  );
  const result = results[0];
  if (result === undefined)
    throw new ModelError(
      `the chase ended with ${killed ?? `status ${status}`}${errors === '' ? '' : `: ${errors.trim().split('\n').at(-1)}`}`,
    );
  return result;
}
