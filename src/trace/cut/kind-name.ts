/** Kinds of events by the names that users give. */
import { UsageError } from '../../errors.js';
import { KIND, KIND_NAMES, LAST_REFERENCE } from '../event.js';

export function lookUpKind(name: string, option: string): number {
  const events = KIND_NAMES.slice(LAST_REFERENCE + 1);
  const found = events.find((event) => event === name);
  if (found === undefined) throw new UsageError(`${option}: unknown event '${name}'; allowed: ${events.join(', ')}`);
  return KIND[found];
}
