/** Shapes of configuration objects that say what they expect. */
import { z } from 'zod';
import { unknownName } from './names.js';

/** An object of these keys and no others. */
export function object<T extends z.core.$ZodLooseShape>(shape: T) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownName('key', issue.keys[0]!, keys) : undefined),
  });
}

/** An object of one of several sets of keys. */
export function either<const T extends readonly z.ZodObject[]>(options: T) {
  const keys = options.map((option) => Object.keys(option.shape).join(' and '));
  return z.union(options, { error: `expected an object of ${keys.join(', or of ')}` });
}

/** Entries of a set-associative array can be divided by its ways; 0 ways are one set. */
export function checkWays({ entries, ways }: { entries: number; ways: number }, context: z.core.$RefinementCtx): void {
  if (ways > 0 && entries % ways !== 0)
    context.addIssue({ code: 'custom', message: `${entries} entries cannot be divided by ${ways} ways` });
}
