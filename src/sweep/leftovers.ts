/** Temporary files that a killed process of ours left behind in the directory of a sweep. Nothing else is ever removed. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporaryOfTheDead } from '../report/whole-files.js';

const OURS =
  /^(cells\/[0-9a-f]{2}\/[0-9a-f]{64}\.json|(sweep|manifest)\.json|(summary|page-walks|vmm-invocations)\.csv)\.[^/]*$/;

export async function removeLeftovers(directory: string): Promise<void> {
  const cells = join(directory, 'cells');
  const folders = ['', ...(await namesIn(cells)).map((name) => `cells/${name}/`)];
  for (const folder of folders)
    for (const name of await namesIn(join(directory, folder))) {
      const path = join(directory, folder, name);
      if (OURS.test(`${folder}${name}`) && (await isTemporaryOfTheDead(path))) await rm(path, { force: true });
    }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
