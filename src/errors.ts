/**
 * What can go wrong, by whose mistake it is. Guest-visible faults are never errors: they are data (see WalkOutcome).
 * The message is one line: where, what was found, what is allowed.
 */

/** Exit statuses of the command line. */
export const EXIT = { ok: 0, checkFailed: 1, badInput: 2, defect: 70, interrupted: 130 } as const;

/** Bad usage: an unknown name, a missing argument, an output that cannot be written. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** A file that the system does not give to us. */
export function unreadable(path: string, error: unknown): UsageError {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return new UsageError(`${path}: ${code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`}`);
}

/** A bad configuration value; the message begins with the file and line or the path of the key. */
export class ConfigError extends UsageError {
  override readonly name = 'ConfigError';
}

/** A trace that cannot be read; the message begins with the file and the row, line or byte offset. */
export class TraceError extends UsageError {
  override readonly name = 'TraceError';
}

/** A defect of ours: an invariant of the model does not hold. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}
