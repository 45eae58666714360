/** The page as one file: the bundle of src/page with the data in it. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ModelError } from '../errors.js';
import type { PageData } from './page-data.js';

const BUNDLE = fileURLToPath(new URL('../page/index.html', import.meta.url));
const PLACE = '"vmmu report puts the data here"';

export async function pageText(data: PageData): Promise<string> {
  const bundle = await readFile(BUNDLE, 'utf8');
  const at = bundle.indexOf(PLACE);
  if (at < 0) throw new ModelError(`${BUNDLE} has no place for data`);
  // Within a script only `<` can end it or begin a comment.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return bundle.slice(0, at) + json + bundle.slice(at + PLACE.length);
}
