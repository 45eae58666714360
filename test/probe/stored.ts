/** Curves of real runs. Each probe was written by `vmmu probe -o` on one machine: a virtual one with two cores on an Intel processor, shared with others. */
import { readFileSync } from 'node:fs';
import { parseProbe, type Probe } from '../../src/probe/probe-file.js';

export const FOLDER = 'test/probe/curves';

export function stored(name: string): Probe {
  const path = `${FOLDER}/${name}.json`;
  return parseProbe(readFileSync(path, 'utf8'), path);
}
