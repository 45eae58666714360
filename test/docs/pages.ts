/** The Markdown pages of the repository that people read; those of results are written by experiments. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Page {
  readonly path: string;
  readonly text: string;
}

const ROOT = readdirSync('.').filter((name) => name.endsWith('.md'));
const DOCS = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md') && !name.startsWith('api'))
  .map((name) => join('docs', name));

export const PAGES: readonly Page[] = [...ROOT, ...DOCS, 'traces/README.md', 'test/vectors/README.md'].map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));

/** What a link may name behind `#`: headings as GitHub makes anchors of them. */
export function anchors(text: string): Set<string> {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '');
  const slugs = [...prose.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading]) => slug(heading!));
  return new Set(slugs.map((name, at) => numbered(name, slugs.slice(0, at).filter((one) => one === name).length)));
}

function slug(heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return words.replace(/[^\p{Letter}\p{Number}\s_-]/gu, '').replace(/\s/g, '-');
}

function numbered(name: string, before: number): string {
  return before === 0 ? name : `${name}-${before}`;
}
