/**
 * Finished cells as files of a directory, each named by its key. A file is complete or not there; what became of it since - it was cut, or a
 * bit of it flipped - is noticed by its sum.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unreadable, UsageError } from '../errors.js';
import { intoPlace, syncFolder, withTemporaries } from '../report/whole-files.js';
import type { CellResult } from '../run/cell-result.js';
import { sha256 } from './key.js';

const SCHEMA = 'vmmu/cell@1';

export class CellStore {
  /** @param onDamage is told of files that are no cells as they were written */
  constructor(
    readonly directory: string,
    private readonly onDamage: (path: string) => void,
  ) {}

  /** null: not there, or damaged. */
  async read(key: string): Promise<CellResult | null> {
    const path = this.pathOf(key);
    let text;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return null;
      throw unreadable(path, error);
    }
    const result = resultIn(text);
    if (result !== null && textOf(key, result) === text) return result;
    this.onDamage(path);
    return null;
  }

  async write(key: string, result: CellResult): Promise<void> {
    const path = this.pathOf(key);
    try {
      const made = await mkdir(dirname(path), { recursive: true });
      await withTemporaries({ [path]: textOf(key, result) }, intoPlace);
      if (made !== undefined) await syncFolder(dirname(made));
    } catch (error) {
      throw new UsageError(
        `--out ${this.directory}: ${(error as Error).message}; finished cells stay, run the command again to go on`,
      );
    }
  }

  private pathOf(key: string): string {
    return join(this.directory, 'cells', key.slice(0, 2), `${key}.json`);
  }
}

/** From the first store that has it whole. */
export async function firstOf(stores: readonly CellStore[], key: string): Promise<CellResult | null> {
  for (const store of stores) {
    const result = await store.read(key);
    if (result !== null) return result;
  }
  return null;
}

function textOf(key: string, result: CellResult): string {
  return `${JSON.stringify({ schema: SCHEMA, key, result, sum: sha256(JSON.stringify(result)) })}\n`;
}

/** What else is wrong shows when it is written again. */
function resultIn(text: string): CellResult | null {
  try {
    const { result } = JSON.parse(text) as { result?: CellResult };
    return typeof result === 'object' ? result : null;
  } catch {
    return null;
  }
}
