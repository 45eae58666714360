/** Folders of a sweep, as a test looks at them. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printedHere } from '../cli/in-process.js';

/** Every file below a folder: its bytes by its path. */
export function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

export function cellsIn(folder: string): string[] {
  return Object.keys(filesIn(folder)).filter((name) => name.startsWith('cells/'));
}

/** Two traces, and a sweep over them of cells that take milliseconds each. */
export async function smallSweep(folder: string, seeds: number): Promise<void> {
  await printedHere('trace gen zipf a.arrows --refs 5k --pages 64 --name a', folder);
  await printedHere('trace gen uniform b.arrows --refs 5k --pages 64 --name b', folder);
  writeFileSync(
    join(folder, 'small.yaml'),
    `traces: [a.arrows, b.arrows]
strategies: [native, shadow, nested]
axes:
  guest.pages: [4k, thp]
  seed: { from: 1, to: ${seeds} }
`,
  );
}
