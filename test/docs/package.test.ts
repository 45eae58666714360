import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PACKED_TRACES, REPOSITORY_TRACES, shippedNames } from '../../src/trace/shipped.js';

const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };

test('the package leaves out the traces that are said to be in the repository only', () => {
  const left = files.filter((file) => file.startsWith('!traces/'));
  expect(left).toEqual(REPOSITORY_TRACES.map((name) => `!traces/${name}.arrows.br`));
});

test('the repository has all shipped traces', () => {
  expect(shippedNames()).toEqual(expect.arrayContaining([...PACKED_TRACES, ...REPOSITORY_TRACES]));
});
