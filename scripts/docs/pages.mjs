// All pages for people, in the order in which they are read.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const FIRST = ['README.md', 'docs/README.md', 'docs/tutorial.md', 'CONTRIBUTING.md', 'traces/README.md'];

/** Paths from the repository's root. Pages of results are written by experiments. */
export function pages() {
  const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/'))
    .map((name) => join('docs', name))
    .sort();
  return [...FIRST, ...docs.filter((path) => !FIRST.includes(path))];
}
