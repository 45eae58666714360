/** Commands run in this process: quicker than a new one for each of many. Not for tests that run concurrently: they share stdout. */
import { expect, vi } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { UsageError } from '../../src/errors.js';

/** What a command that must succeed prints. */
export async function printedHere(args: string): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await run(args);
    return write.mock.calls.map(([text]) => text as string).join('');
  } finally {
    write.mockRestore();
  }
}

/** What a command that must be refused complains of. */
export async function complaintOf(args: string): Promise<string> {
  const complaint: unknown = await run(args).catch((error: unknown) => error);
  expect(complaint).toBeInstanceOf(UsageError);
  return (complaint as UsageError).message;
}

async function run(args: string): Promise<unknown> {
  return createProgram().parseAsync(args.split(' '), { from: 'user' });
}
