/**
 * Curves of real runs, as `vmmu probe -o` wrote them, on one machine: a virtual one with two cores of an Intel processor. `shared`: beside the work of others (load
 * average 5); `busy`: two endless loops more; `hogs`: two programs that go through 768 MiB more; `overloaded`: four such, in six seconds and 400 MiB.
 */
import { readFileSync } from 'node:fs';
import { parseProbe, type Probe } from '../../src/probe/probe-file.js';

export const FOLDER = 'test/probe/curves';

export function stored(name: string): Probe {
  const path = `${FOLDER}/${name}.json`;
  return parseProbe(readFileSync(path, 'utf8'), path);
}
