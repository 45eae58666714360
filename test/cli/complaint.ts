/** What a command that must be refused complains of, in this process: quicker than a new one for each of many mistakes. */
import { expect } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { UsageError } from '../../src/errors.js';

export async function complaintOf(args: string): Promise<string> {
  const complaint: unknown = await createProgram()
    .parseAsync(args.split(' '), { from: 'user' })
    .catch((error: unknown) => error);
  expect(complaint).toBeInstanceOf(UsageError);
  return (complaint as UsageError).message;
}
