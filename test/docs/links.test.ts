import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchors, PAGES } from './pages.js';

describe.each(PAGES)('$path', ({ path, text }) => {
  const links = [...text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target]) => target!);
  const inside = links.filter((target) => !/^[a-z]+:/.test(target)).map((target) => target.split('#'));

  test('links to files that exist', () => {
    expect(inside.filter(([file]) => file !== '' && !existsSync(join(dirname(path), file!)))).toEqual([]);
  });

  test('links to headings that exist', () => {
    const missing = inside.filter(([file, anchor]) => {
      if (anchor === undefined) return false;
      return !anchors(file === '' ? text : readFileSync(join(dirname(path), file!), 'utf8')).has(anchor);
    });
    expect(missing).toEqual([]);
  });

  test('names files of the sources that exist', () => {
    const paths = [...text.matchAll(/`((?:src|test|docs|scripts|traces|\.ci)\/[\w./-]+)`/g)].map(([, named]) => named!);
    expect(paths.filter((named) => !existsSync(named))).toEqual([]);
  });
});

test('docs/README.md leads to every page of docs', () => {
  const text = readFileSync('docs/README.md', 'utf8');
  const linked = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, target]) => normalize(join('docs', target!)));
  const pages = PAGES.map(({ path }) => path).filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
  expect(pages.filter((path) => !linked.includes(path))).toEqual([]);
});
