/** The C programs that the simulator's speed is compared with: compiled into a folder of their own, run beside each measurement. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../errors.js';
import type { BenchCase } from './case.js';
import { targetOf } from './targets.js';

const execute = promisify(execFile);
const PROGRAMS = ['yardstick', 'walk2d'] as const;

export interface Yardstick {
  /** Folder of the compiled programs. */
  readonly folder: string;
  dispose(): Promise<void>;
}

/** Compiles the programs of a folder. */
export async function compileYardstick(sources: string): Promise<Yardstick> {
  for (const program of PROGRAMS)
    if (!existsSync(join(sources, `${program}.c`)))
      throw new UsageError(`--yardstick ${sources}: no ${program}.c there`);
  const folder = await mkdtemp(join(tmpdir(), 'vmmu-yardstick-'));
  for (const program of PROGRAMS) {
    const output = join(folder, program);
    const flags = ['-O2', '-ffp-contract=off', '-o', output, join(sources, `${program}.c`)];
    await execute('cc', flags).catch((error: unknown) => {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw new UsageError(`--yardstick: ${missing ? 'cc is not on PATH' : (error as Error).message.split('\n')[0]}`);
    });
  }
  return { folder, dispose: () => rm(folder, { recursive: true, force: true }) };
}

/** References a second of the C program that a case is compared with; null where it is with none. */
export async function runYardstick(
  yardstick: Yardstick | null,
  benchCase: BenchCase,
  signal: AbortSignal,
): Promise<number | null> {
  const { stream, strategy, organisation, refs } = benchCase;
  const target = targetOf(stream, strategy, organisation);
  if (yardstick === null || target === undefined) return null;
  const program = join(yardstick.folder, target.to);
  const { stdout } = await execute(program, [stream, String(refs)], { signal });
  return Number(/millionRefsPerCpuSecond=([\d.]+)/.exec(stdout)![1]) * 1e6;
}
