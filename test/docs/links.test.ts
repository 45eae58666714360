import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const DOCUMENTS = [...markdownIn('.'), ...markdownIn('docs'), 'traces/README.md'];

describe.each(DOCUMENTS)('%s', (path) => {
  const text = readFileSync(path, 'utf8');

  test('links to files that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target!);
    const relative = links.filter((target) => !/^[a-z]+:/.test(target));
    expect(relative.filter((target) => !existsSync(join(dirname(path), target)))).toEqual([]);
  });

  test('names files of the sources that exist', () => {
    const paths = [...text.matchAll(/`((?:src|test|docs|scripts|traces|\.ci)\/[\w./-]+)`/g)].map(([, named]) => named!);
    expect(paths.filter((named) => !existsSync(named))).toEqual([]);
  });
});

function markdownIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}
