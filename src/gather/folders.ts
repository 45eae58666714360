/** A folder that vmmu wrote results into: rows with a manifest, or an experiment. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { costsSchema } from '../config/schema.js';
import { validate } from '../config/validate.js';
import { EXPERIMENT_SCHEMA, storedExperiment } from '../print/stored.js';
import { MANIFEST_SCHEMA, type Manifest } from '../report/manifest.js';
import type { Found } from './found.js';
import { parseJson, textOf } from './json-file.js';
import { rowsOfCsv } from './rows-csv.js';

const cycles = z.looseObject({ cycles: z.number() });
/** What a page needs of a manifest; the rest it only shows. */
const manifestSchema = z.looseObject({
  version: z.string(),
  strategies: z.array(z.string()),
  configurations: z.array(
    z.looseObject({
      machine: z.looseObject({
        name: z.string(),
        tlb: z.looseObject({ l2HitCycles: z.number() }),
        walkCache: cycles.nullable(),
        nestedTlb: cycles.nullable(),
        caches: z.looseObject({ l1d: cycles, l2: cycles, l3: cycles.nullable(), memoryCycles: z.number() }),
      }),
      costs: costsSchema,
    }),
  ),
  inputs: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
});

/** null: a folder of another kind. */
export async function readFolder(folder: string): Promise<Found | null> {
  const path = join(folder, 'manifest.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  const document = parseJson(text, path, 'the manifest of results');
  const { schema } = validate(z.looseObject({ schema: z.string() }), document, () => path);
  if (schema === EXPERIMENT_SCHEMA) {
    const experiment = (await storedExperiment(folder))!;
    const files = [path, ...experiment.figures.map(({ name }) => join(folder, `${name}.json`))];
    return { kind: 'an experiment', files, experiments: [experiment] };
  }
  if (schema !== MANIFEST_SCHEMA) return null;
  const manifest = validate(manifestSchema, document, () => path) as unknown as Manifest;
  const file = async (name: string): Promise<{ text: string; path: string }> => {
    const path = join(folder, name);
    return { text: await textOf(path), path };
  };
  const [summary, pageWalks, vmmInvocations] = await Promise.all([
    file('summary.csv'),
    file('page-walks.csv'),
    file('vmm-invocations.csv'),
  ]);
  return {
    kind: manifest.sweep === undefined ? 'results of a run' : 'results of a sweep',
    files: [path, summary.path, pageWalks.path, vmmInvocations.path],
    manifest,
    rows: rowsOfCsv({ summary, pageWalks, vmmInvocations }),
  };
}
