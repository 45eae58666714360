import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../cli/vmmu.js';
import { writeWholeFile } from '../../src/trace/whole-file.js';

const folder = temporaryFolder();

async function* nothing(): AsyncGenerator<Uint8Array> {
  await Promise.reject(new Error('no bytes'));
  yield new Uint8Array(0);
}

test('a file whose first bytes fail leaves nothing behind, also a while later', async () => {
  const written = Array.from({ length: 500 }, (_, at) => writeWholeFile(join(folder, `${at}.arrows`), nothing()));
  for (const result of await Promise.allSettled(written)) expect(result.status).toBe('rejected');
  await setTimeout(100);
  expect(readdirSync(folder)).toEqual([]);
});
