/** Names that a user may give, and what is said about one that does not exist or stands twice. */
import { closest } from 'fastest-levenshtein';
import { UsageError } from '../errors.js';

/** A member of a registry by name, or an error that lists the names and the nearest one. */
export function lookUp<T>(registry: Readonly<Record<string, T>>, name: string, what: string): T {
  if (Object.hasOwn(registry, name)) return registry[name]!;
  throw new UsageError(unknownName(what, name, Object.keys(registry)));
}

/** One of several names, or the same error. */
export function oneOf<T extends string>(names: readonly T[], name: string, what: string): T {
  const found = names.find((known) => known === name);
  if (found === undefined) throw new UsageError(unknownName(what, name, names));
  return found;
}

/** Rows are told apart by names, so a name may stand only once. */
export function refuseTwins(names: readonly string[], what: string): void {
  const twin = names.find((name, at) => names.indexOf(name) < at);
  if (twin !== undefined) throw new UsageError(`found ${what} '${twin}' twice; expected different ones`);
}

export function unknownName(what: string, name: string, allowed: readonly string[]): string {
  const near = allowed.length > 0 && name !== '' ? ` (nearest: ${closest(name, allowed)})` : '';
  return `unknown ${what} '${name}'${near}; allowed: ${allowed.join(', ')}`;
}
