/** What a worker thread hands back. Threads pass on the text of an error but not its class, so it travels as plain data. */
import { ConfigError, ModelError, TraceError, UsageError } from '../errors.js';

const ERRORS = { ConfigError, ModelError, TraceError, UsageError };

export interface Failure {
  /** null: none of our own errors. */
  readonly failed: keyof typeof ERRORS | null;
  readonly message: string;
  readonly stack: string | undefined;
}

export type Outcome<T> = { readonly value: T } | Failure;

export async function outcomeOf<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return failure(error);
  }
}

export function failure(error: unknown): Failure {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { failed: Object.hasOwn(ERRORS, name) ? (name as keyof typeof ERRORS) : null, message, stack };
}

/** The value, or the error as it was thrown, with `where` in front unless it says so itself. */
export function valueOf<T>(outcome: Outcome<T>, where: string): T {
  if ('value' in outcome) return outcome.value;
  const { failed, message, stack } = outcome;
  const located = message.startsWith(`${where}: `) ? message : `${where}: ${message}`;
  const kind: new (message: string) => Error = failed === null ? Error : ERRORS[failed];
  throw Object.assign(new kind(located), { stack });
}
