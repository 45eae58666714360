/** From the paths that were named to what lies there: a folder of results, a file of them, or a folder that holds such. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError, unreadable } from '../errors.js';
import { DOCUMENT_SCHEMAS, readDocument } from './documents.js';
import { readFolder } from './folders.js';
import type { Found } from './found.js';

export interface Place {
  /** As it is named on the page. */
  readonly name: string;
  readonly found: Found;
}

const ALLOWED = `what vmmu run, sweep, merge or reproduce wrote with --out, or a document of ${DOCUMENT_SCHEMAS.join(', ')}`;

/** @param note is told what a folder has that was not read */
export async function placesOf(path: string, note: (text: string) => void): Promise<Place[]> {
  const about = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const name = basename(path);
  const found = about.isDirectory() ? await readFolder(path) : await readDocument(path);
  if (found !== null) return [{ name, found }];
  const inside = about.isDirectory() ? await placesIn(path, name, note) : [];
  if (inside.length === 0) throw new UsageError(`${path}: found no results; expected ${ALLOWED}`);
  return inside;
}

async function placesIn(folder: string, name: string, note: (text: string) => void): Promise<Place[]> {
  const places: Place[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const named = `${name}/${entry.name}`;
    if (entry.isDirectory()) {
      const found = await readFolder(path);
      const all = found === null ? await documentsIn(path, named) : [{ name: named, found }];
      if (all.length === 0) note(`${named} was not read: it holds no results itself; name it to have what lies in it`);
      places.push(...all);
    } else places.push(...(await documentAt(path, named)));
  }
  return places;
}

async function documentsIn(folder: string, name: string): Promise<Place[]> {
  const names = (await readdir(folder)).toSorted();
  return (await Promise.all(names.map((one) => documentAt(join(folder, one), `${name}/${one}`)))).flat();
}

/** Files beside results are others' business, unless they look like results. */
async function documentAt(path: string, name: string): Promise<Place[]> {
  if (!/\.(nd)?json$/.test(path)) return [];
  const found = await readDocument(path);
  return found === null ? [] : [{ name, found }];
}
