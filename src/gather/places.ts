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
export async function placesOf(path: string, note: Note): Promise<Place[]> {
  const name = basename(path);
  const found = (await isFolder(path))
    ? await placesIn(path, name, note)
    : placeOf(name, await readDocument(path, () => undefined));
  if (found.length === 0) throw new UsageError(`${path}: found no results; expected ${ALLOWED}`);
  return found;
}

type Note = (text: string) => void;

/** @param depth folders between it and the one that was named */
async function placesIn(folder: string, name: string, note: Note, depth = 0): Promise<Place[]> {
  const own = await readFolder(folder);
  const places = placeOf(name, own);
  const tooDeep: string[] = [];
  for (const entry of (await readdir(folder)).toSorted()) {
    const path = join(folder, entry);
    const named = `${name}/${entry}`;
    if (await isFolder(path)) {
      if (own !== null && entry === CELLS) continue;
      if (depth === 0) places.push(...(await placesIn(path, named, note, depth + 1)));
      else tooDeep.push(entry);
    } else if (/\.(nd)?json$/i.test(entry) && (own === null || !OWN.test(entry))) {
      const left = (schema: string): void => note(`${named} was not read: a page does not show ${schema}`);
      places.push(...placeOf(named, await readDocument(path, left)));
    }
  }
  if (tooDeep.length > 0)
    note(`folders in ${name} were not read (${tooDeep.join(', ')}): name ${name} to have what lies in them`);
  return places;
}

/** What a folder of results has beside its rows: a sweep's cells, and what describes them. */
const CELLS = 'cells';
const OWN = /^(manifest|sweep)\.json$/;

function placeOf(name: string, found: Found | null): Place[] {
  return found === null ? [] : [{ name, found }];
}

/** Also by way of a link. */
async function isFolder(path: string): Promise<boolean> {
  const about = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return about.isDirectory();
}
