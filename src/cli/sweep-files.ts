/** Files that a sweep names: beside the sweep file, or as on the command line. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Files } from '../sweep/cells.js';
import { readText } from './options.js';
import { tracePath } from './shipped.js';

export function filesBeside(sweepFile: string): Files {
  const beside = (given: string): string => {
    const path = join(dirname(sweepFile), given);
    return given !== sweepFile && existsSync(path) ? path : given;
  };
  return { readText: (given) => readText(beside(given)), tracePath: (given) => tracePath(beside(given)) };
}
