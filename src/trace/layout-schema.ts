/** The header and the notes of a native trace, as they are read back: apart from layout.ts, so that who only writes does not wait for the checker. */
import { z } from 'zod';
import { KIND_NAMES, type TraceCharacteristics } from './event.js';
import { VERSION } from './layout.js';
import type { NotesRecord } from './notes.js';
import type { TraceHeader } from './source.js';

const headerSchema = z.object({
  version: z.literal(VERSION),
  name: z.string(),
  characteristics: z.object({
    source: z.enum(['user', 'full-system']),
    fetches: z.boolean(),
    data: z.boolean(),
    kernelReferences: z.boolean(),
    tableWrites: z.boolean(),
    physicalAddresses: z.boolean(),
    counts: z.enum(['exact', 'since-previous-row']),
    filterSets: z.int().positive().nullable(),
    lines: z.boolean().optional(),
    sampled: z.enum(['faults']).optional(),
  }) satisfies z.ZodType<TraceCharacteristics>,
  source: z.object({ ran: z.string(), captured: z.string() }),
  kinds: z.array(z.string()),
});

/** Throws a RangeError that says what is wrong with the header. */
export function headerFromJson(json: string): TraceHeader {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new RangeError(`found the header '${json.slice(0, 40)}'; expected JSON`);
  }
  const parsed = headerSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new RangeError(
      `found a bad header (${issue.path.join('.')}: ${issue.message}); expected a trace of version ${VERSION}`,
    );
  }
  const { name, characteristics, source, kinds } = parsed.data;
  // Kinds are only ever appended, so an older file knows a prefix of today's.
  const strange = kinds.findIndex((kind, i) => kind !== KIND_NAMES[i]);
  if (strange >= 0) {
    throw new RangeError(
      `found row kind ${strange} = '${kinds[strange]}'; expected '${KIND_NAMES[strange] ?? 'no such kind'}'`,
    );
  }
  return { name, characteristics, source };
}

const notesSchema = z.object({
  dropped: z.record(z.string(), z.int().positive()),
  synthesised: z.record(z.string(), z.int().positive()),
}) satisfies z.ZodType<NotesRecord>;

/** Throws a RangeError that says what is wrong with the notes. */
export function notesFromJson(json: string): NotesRecord {
  try {
    return notesSchema.parse(JSON.parse(json));
  } catch {
    throw new RangeError(`found the notes '${json.slice(0, 40)}'; expected counts of what an import left out`);
  }
}
