/** A problem that zod found, in the words of every other message here: what was found; what is expected. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const EXPECTED: Readonly<Record<string, string>> = { int: 'a whole number', object: 'an object' };

export interface Explanation {
  readonly path: readonly PropertyKey[];
  readonly text: string;
  /** Each value is right, and they do not fit each other. */
  readonly relation: boolean;
}

/** Of a value that fits none of several shapes, the explanation is that of the shape that fits furthest, if one does at all. */
export function explain(issue: Issue): Explanation {
  if (issue.code !== 'invalid_union')
    return { path: pathOf(issue), text: textOf(issue), relation: issue.code === 'custom' };
  const furthest = issue.errors
    .map((issues) => issues[0]!)
    .sort((a, b) => b.path.length - a.path.length)
    .find(({ path, input }) => path.length > 0 && input !== undefined);
  if (furthest === undefined)
    return { path: issue.path, text: `${found(issue.input)}${issue.message}`, relation: false };
  const inner = explain(furthest);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

/** An unknown key is itself what is wrong, not the object that it stands in. */
function pathOf(issue: Issue): readonly PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
}

function textOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys' || issue.code === 'custom') return issue.message;
  // A text that has to have a form: its schema says which.
  if (issue.code === 'invalid_format') return `${found(issue.input)}${issue.message}`;
  if (issue.code === 'invalid_key') return `found the key '${String(issue.path.at(-1))}'; ${issue.issues[0]!.message}`;
  return `${found(issue.input)}expected ${expected(issue)}`;
}

function found(input: unknown): string {
  if (input === undefined) return 'found nothing; ';
  if (typeof input === 'string') return `found '${input}'; `;
  if (typeof input === 'object' && input !== null) return Array.isArray(input) ? 'found a list; ' : '';
  return `found ${input as number}; `;
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return EXPECTED[issue.expected] ?? `a ${issue.expected}`;
    case 'too_small':
      if (issue.origin === 'array') return 'one that is not empty';
      return issue.origin === 'string' ? 'a text that is not empty' : `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}
