/** Commands run in this process: quicker than a new one for each of many. Not for tests that run concurrently: they share stdout and the folder. */
import { CommanderError } from 'commander';
import { expect, vi } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { UsageError } from '../../src/errors.js';

/** What a command that must succeed prints. */
export async function printedHere(args: string, folder = '.'): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await run(args, folder);
    return write.mock.calls.map(([text]) => (typeof text === 'string' ? text : Buffer.from(text).toString())).join('');
  } finally {
    write.mockRestore();
  }
}

/** What a command that must be refused complains of. */
export async function complaintOf(args: string, folder = '.'): Promise<string> {
  const complaint: unknown = await run(args, folder).catch((error: unknown) => error);
  expect(complaint).toBeInstanceOf(UsageError);
  return (complaint as UsageError).message;
}

async function run(args: string, folder: string): Promise<void> {
  const before = process.cwd();
  process.chdir(folder);
  try {
    await createProgram().parseAsync(args.split(' '), { from: 'user' });
  } catch (error) {
    // Help and version end the program in order.
    if (!(error instanceof CommanderError && error.exitCode === 0)) throw error;
  } finally {
    process.chdir(before);
  }
}
