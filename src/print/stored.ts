/** Figures that experiments have written, read back. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { validate } from '../config/validate.js';
import { ConfigError, unreadable } from '../errors.js';
import type { Figure } from '../figures/figure.js';
import { figureSchema } from '../figures/schema.js';

/** What comes with vmmu. */
export const SHIPPED_RESULTS = fileURLToPath(new URL('../../results/', import.meta.url));

/** What a folder of results says of the experiment that wrote it. */
export const EXPERIMENT_SCHEMA = 'vmmu/experiment@2';
const manifestSchema = z.looseObject({
  schema: z.literal(EXPERIMENT_SCHEMA),
  version: z.string(),
  experiment: z.string(),
  title: z.string(),
  source: z.string(),
  quick: z.boolean(),
  answer: z.array(z.string()),
  figures: z.array(z.string()),
});

export interface StoredExperiment extends Pick<
  z.infer<typeof manifestSchema>,
  'version' | 'experiment' | 'title' | 'source' | 'quick' | 'answer'
> {
  readonly figures: readonly Figure[];
}

/** Experiments whose results are in a folder, in the order of their names. */
export async function storedExperiments(folder: string): Promise<StoredExperiment[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const found = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => storedExperiment(join(folder, name))),
  );
  return found.filter((one) => one !== null).toSorted((a, b) => (a.experiment < b.experiment ? -1 : 1));
}

export async function readFigure(path: string): Promise<Figure> {
  return validate(figureSchema, await readJson(path), () => path);
}

/** null: something else has written there. */
export async function storedExperiment(folder: string): Promise<StoredExperiment | null> {
  const path = join(folder, 'manifest.json');
  const manifest = await readJson(path).catch(() => null);
  if ((manifest as { schema?: unknown } | null)?.schema !== EXPERIMENT_SCHEMA) return null;
  const { figures, ...about } = validate(manifestSchema, manifest, () => path);
  return { ...about, figures: await Promise.all(figures.map((name) => readFigure(join(folder, `${name}.json`)))) };
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(`${path}: found no JSON; expected a figure that vmmu reproduce has written`);
  }
}
