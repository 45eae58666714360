import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('the pages of docs/reference are what scripts/reference.mjs writes', () => {
  const run = (): unknown => execFileSync(process.execPath, ['scripts/reference.mjs', '--check'], { stdio: 'pipe' });
  expect(run).not.toThrow();
});
