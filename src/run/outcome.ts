/** What a worker thread hands back. Threads pass on the text of an error but not its class, so it travels as plain data. */
import { ConfigError, ModelError, TraceError, UsageError } from '../errors.js';

const ERRORS = { ConfigError, ModelError, TraceError, UsageError };

export type Outcome<T> =
  | { readonly value: T }
  | { readonly failed: keyof typeof ERRORS; readonly message: string; readonly stack: string | undefined };

export async function outcomeOf<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof Error) || !Object.hasOwn(ERRORS, error.name)) throw error;
    const { name, message, stack } = error;
    return { failed: name as keyof typeof ERRORS, message, stack };
  }
}

/** The value, or the error as it was thrown, with `where` in front unless it says so itself. */
export function valueOf<T>(outcome: Outcome<T>, where: string): T {
  if ('value' in outcome) return outcome.value;
  const { failed, message, stack } = outcome;
  const located = message.startsWith(`${where}: `) ? message : `${where}: ${message}`;
  throw Object.assign(new ERRORS[failed](located), { stack });
}
