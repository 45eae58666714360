/** Results in one file: a JSON document that says by its `schema` what it is, or rows as NDJSON. */
import { z } from 'zod';
import { validate } from '../config/validate.js';
import { COUNTER_NAMES } from '../counters/counters.js';
import { parseRecord } from '../experiments/checks/claims.js';
import type { ResultRow } from '../report/result-row.js';
import { EXIT_CAUSES } from '../vmm/exits.js';
import { checked } from './checked-rows.js';
import type { Found } from './found.js';
import { parseJson, textOf } from './json-file.js';
import { TRACE_SCHEMA, traceShape } from './trace-shape.js';

type Contents = Omit<Found, 'files'>;

/** By `schema`. @param path for messages */
const DOCUMENTS: Readonly<Record<string, (document: unknown, path: string, text: string) => Contents>> = {
  'vmmu/run@1': (document, path) => ({
    kind: 'rows of a run, as JSON',
    rows: checked(rowsOf(validate(runSchema, document, () => path).rows), path),
  }),
  'vmmu/claims@1': (_, path, text) => ({ kind: 'checks of published results', claims: parseRecord(text, path) }),
  [TRACE_SCHEMA]: (document, path) => ({ kind: 'what a trace holds', traces: [traceShape(document, path)] }),
};

export const DOCUMENT_SCHEMAS = Object.keys(DOCUMENTS);

const DOCUMENT = 'a document that vmmu has written';

const number = z.number().min(0);
const counted = z.looseObject(Object.fromEntries(COUNTER_NAMES.map((name) => [name, number])));
const hardware = z.looseObject({ name: z.string() }).nullable();
const rowSchema = z.looseObject({
  trace: z.string(),
  machine: z.string(),
  costs: z.string(),
  strategy: z.string(),
  chosen: z.string().nullable(),
  guestPages: z.string(),
  hostPages: z.string(),
  exactness: z.string(),
  tableLines: z.string(),
  point: z.record(z.string(), z.string()).default({}),
  counters: counted,
  cycles: z.looseObject({
    l2TlbHits: number,
    walks: number,
    faultedWalks: number,
    exitHardware: number,
    exitSoftware: number,
    total: number,
    perKiloRef: number,
  }),
  pageWalks: z.array(
    z.looseObject({
      dimension: z.enum(['guest', 'nested', 'shadow']),
      level: number,
      refs: number,
      walkCacheSkippedRefs: number,
      nestedTlbSkippedRefs: number,
      l1Refs: number,
      l2Refs: number,
      l3Refs: number,
      memoryRefs: number,
      refsPerWalk: number,
      cycles: number,
    }),
  ),
  vmmInvocations: z.array(
    z.looseObject({
      cause: z.enum(EXIT_CAUSES),
      vmxReason: hardware,
      svmExitCode: hardware,
      count: number,
      perMillionRefs: number,
      cyclesEach: number,
      cycles: number,
    }),
  ),
});
const runSchema = z.looseObject({ schema: z.literal('vmmu/run@1'), rows: z.array(rowSchema) });

/** What the schema leaves open was written together with what it checks. */
function rowsOf(rows: readonly z.infer<typeof rowSchema>[]): ResultRow[] {
  return rows as unknown as ResultRow[];
}

/** @param note is told of a document that vmmu wrote, and that no page shows; null: that, or a file of another kind */
export async function readDocument(path: string, note: (schema: string) => void): Promise<Found | null> {
  const text = await textOf(path);
  if (/\.ndjson$/i.test(path))
    return { kind: 'rows of a run, as NDJSON', files: [path], rows: checked(ndjsonRows(text, path), path) };
  const document = parseJson(text, path, DOCUMENT);
  const schema = (document as { schema?: unknown } | null)?.schema;
  if (typeof schema !== 'string') return null;
  if (!Object.hasOwn(DOCUMENTS, schema)) {
    note(schema);
    return null;
  }
  return { ...DOCUMENTS[schema]!(document, path, text), files: [path] };
}

function ndjsonRows(text: string, path: string): ResultRow[] {
  const lines = text.split('\n').flatMap((line, at) => (line === '' ? [] : [[line, at + 1] as const]));
  return rowsOf(
    lines.map(([line, at]) => {
      const where = `${path}:${at}`;
      return validate(rowSchema, parseJson(line, where, DOCUMENT), () => where);
    }),
  );
}
