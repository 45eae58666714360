#!/usr/bin/env node
/** The command line's entry: the only place that ends the process. */
import { CommanderError } from 'commander';
import { EXIT, ModelError, UsageError } from '../errors.js';
import { Interrupted } from './interrupt.js';
import { createProgram } from './program.js';

/** A reader that has seen enough (`vmmu … | head`) is no error; a full disk is. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : report(new UsageError(`cannot write to stdout: ${error.message}`)));
});
/** Nobody is left to tell. */
process.stderr.on('error', () => undefined);

try {
  process.exitCode = EXIT.ok;
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
  // A source may be read from still: what has been interrupted does not wait for it.
  if (error instanceof Interrupted) process.exit();
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  if (error instanceof UsageError) {
    console.error(`vmmu: ${oneLine(error.message)}`);
    return EXIT.badInput;
  }
  if (error instanceof Interrupted) {
    console.error(`vmmu: ${error.message}`);
    return EXIT.interrupted;
  }
  const kind = error instanceof ModelError ? 'the model broke one of its own rules' : 'unexpected error';
  console.error(`vmmu: ${kind}; please report it with this command: vmmu ${process.argv.slice(2).join(' ')}`);
  console.error(error);
  return EXIT.defect;
}

/** Names of files and values may hold anything. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
