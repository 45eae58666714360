/** What `vmmu trace info --format json` has written, as the figures of a trace. */
import { z } from 'zod';
import { validate } from '../config/validate.js';
import { traceFigures } from '../figures/trace-figures.js';
import type { TraceShape } from './page-data.js';

export const TRACE_SCHEMA = 'vmmu/trace-info@1';

const reuseSchema = z.looseObject({
  references: z.number(),
  pages: z.number(),
  histogram: z.array(z.object({ from: z.number(), to: z.number(), references: z.number() })),
  curve: z.array(z.object({ entries: z.number(), misses: z.number() })),
});

const infoSchema = z.looseObject({
  schema: z.literal(TRACE_SCHEMA),
  name: z.string(),
  source: z.looseObject({ ran: z.string(), captured: z.string() }),
  characteristics: z.looseObject({
    counts: z.enum(['exact', 'since-previous-row']),
    filterSets: z.number().nullable(),
  }),
  exactness: z.string(),
  references: z.looseObject({ all: z.number().nullable(), data: z.number() }),
  distinctPages: z.looseObject({ '4k': z.number() }),
  workingSet: z.object({ windowReferences: z.number(), pages: z.array(z.number()) }),
  reuse: z.object({ all: reuseSchema, fetch: reuseSchema, data: reuseSchema }),
});

/** @param path for messages @throws ConfigError */
export function traceShape(document: unknown, path: string): TraceShape {
  const info = validate(infoSchema, document, () => path);
  const { name, source, characteristics, exactness, references, distinctPages } = info;
  return {
    name,
    ran: source.ran,
    captured: source.captured,
    exactness,
    references: references.all ?? references.data,
    pages: distinctPages['4k'],
    figures: traceFigures(name, characteristics, info),
  };
}
