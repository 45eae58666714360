/** Checks plain values against a schema and turns the first problem into one line: where, what was found, what is allowed. */
import type { z } from 'zod';
import { ConfigError } from '../errors.js';
import { explain } from './issue-text.js';

/** Says where the value of a key stands, as `file:line:column` or as the option that gave it. */
export type Locate = (path: readonly PropertyKey[]) => string;

export function validate<T extends z.ZodType>(schema: T, value: unknown, locate: Locate): z.infer<T> {
  const checked = check(schema, value, locate);
  if ('misfit' in checked) throw new ConfigError(`${checked.where}: ${checked.misfit}`);
  return checked.value;
}

/** The same, but that values which do not fit each other are no error: why not, and where. */
export function check<T extends z.ZodType>(
  schema: T,
  value: unknown,
  locate: Locate,
): { readonly value: z.infer<T> } | { readonly misfit: string; readonly where: string } {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { value: result.data };
  const { issues } = result.error;
  // A misspelt key is also missing under its right name: the spelling explains more.
  const { path, text, relation } = explain(issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!);
  const key = path.length === 0 ? '' : `${path.join('.')}: `;
  if (relation) return { misfit: `${key}${text}`, where: locate(path) };
  throw new ConfigError(`${locate(path)}: ${key}${text}`);
}
