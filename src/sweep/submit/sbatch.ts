/** Slurm's commands. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from '../../errors.js';

const execute = promisify(execFile);

export async function findSbatch(): Promise<void> {
  await execute('sbatch', ['--version']).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(`sbatch: ${missing ? 'not found' : complaint(error)}; --engine script does without Slurm`);
  });
}

/** @returns the job's number */
export async function sbatch(args: readonly string[]): Promise<string> {
  const { stdout } = await execute('sbatch', ['--parsable', ...args]).catch((error: unknown) => {
    throw new UsageError(`sbatch: ${complaint(error)}`);
  });
  // On one of several clusters: number;cluster.
  return stdout.trim().split(';')[0]!;
}

export async function scancel(job: string): Promise<void> {
  await execute('scancel', [job]);
}

function complaint(error: unknown): string {
  const { stderr = '', message } = error as Error & { readonly stderr?: string };
  return (stderr.trim() || message).replaceAll(/^sbatch: (error: )?/gm, '').replaceAll(/\s*\n\s*/g, '; ');
}
