/** `sweep.json` in the directory of a sweep: its cells, and all that is needed to make its rows of what they counted. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunConfig } from '../config/schema.js';
import { unreadable, UsageError } from '../errors.js';
import { manifest, sampled, type Manifest } from '../report/manifest.js';
import { writeFolder } from '../report/out-dir.js';
import type { CellLabel, Point } from '../report/result-row.js';
import type { Sweep } from './cells.js';
import { canonicalJson } from './key.js';
import type { Survey } from './survey.js';

const SCHEMA = 'vmmu/sweep@1';
const NAME = 'sweep.json';

/** A cell without its trace: what a row is made of. */
export interface PlannedCell {
  readonly key: string;
  readonly point: Point;
  readonly label: CellLabel;
}

export interface Plan {
  /** Sweeps of the same id have the same rows. */
  readonly id: string;
  readonly name: string;
  readonly manifest: Manifest;
  readonly traces: readonly Survey[];
  readonly cells: readonly PlannedCell[];
}

export function planOf({ file, bases, traces, cells, oneIn }: Sweep, version: string): Plan {
  const inputs = traces.map(({ survey: { name, bytes, sha256 } }) => ({ name, bytes, sha256 }));
  const axes = Object.fromEntries(file.axes.map(({ path, values }) => [path, values.map(({ text }) => text)]));
  const id = idOf(cells);
  return {
    id,
    name: file.name,
    manifest: manifest({
      version,
      strategies: file.strategies,
      configurations: bases,
      inputs,
      ...sampled(oneIn),
      sweep: { id, name: file.name, axes },
    }),
    traces: traces.map(({ survey }) => survey),
    cells: cells.map(({ key, point, label }) => ({ key, point, label })),
  };
}

/** Cell by cell: all of them as one text may be longer than a string can be. */
function idOf(cells: Sweep['cells']): string {
  const hash = createHash('sha256');
  for (const [at, { key, point, label }] of cells.entries())
    hash.update(`${at === 0 ? '' : '\n'}${canonicalJson([key, point, label])}`);
  return hash.digest('hex');
}

/** A configuration is written once, however many cells have it. */
export async function writePlan(directory: string, plan: Plan): Promise<void> {
  const { id, name, manifest, traces } = plan;
  const places = new Map<string, number>();
  const cells = plan.cells.map(({ key, point, label: { config, ...label } }) => {
    const text = JSON.stringify(config);
    if (!places.has(text)) places.set(text, places.size);
    return { key, point, label, configuration: places.get(text) };
  });
  const configurations = [...places.keys()].map((text) => JSON.parse(text) as RunConfig);
  const file = { schema: SCHEMA, id, name, manifest, traces, configurations, cells };
  await writeFolder(directory, { [NAME]: `${JSON.stringify(file)}\n` });
}

/** null: there is none. */
export async function readPlan(directory: string): Promise<Plan | null> {
  const path = join(directory, NAME);
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadable(path, error);
  }
  const file = fileIn(text);
  if (file === null) throw new UsageError(`${path}: found no plan of a sweep (${SCHEMA}); expected one, or none`);
  const { configurations, cells, ...rest } = file;
  return {
    ...rest,
    cells: cells.map(({ configuration, label, ...cell }) => ({
      ...cell,
      label: { ...label, config: configurations[configuration]! },
    })),
  };
}

interface PlanFile extends Omit<Plan, 'cells'> {
  readonly configurations: readonly RunConfig[];
  readonly cells: readonly (Omit<PlannedCell, 'label'> & {
    readonly label: Omit<CellLabel, 'config'>;
    readonly configuration: number;
  })[];
}

function fileIn(text: string): PlanFile | null {
  try {
    const { schema, ...file } = JSON.parse(text) as PlanFile & { readonly schema: string };
    return schema === SCHEMA ? file : null;
  } catch {
    return null;
  }
}
