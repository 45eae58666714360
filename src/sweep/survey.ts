/** What a sweep has to know of a trace before it is replayed: whether it is the same, how long it is, how many pages it has. */
import { manifestInput, type ManifestInput } from '../report/manifest.js';
import { readBeginning, type TraceBeginning } from '../run/trace-fit.js';
import { openAnyTrace } from '../trace/open.js';
import { abortable } from '../trace/source.js';

export interface Survey extends ManifestInput {
  /** Runs of references and events. */
  readonly rows: number;
  readonly pages: number;
}

export interface SurveyedTrace {
  readonly path: string;
  readonly beginning: TraceBeginning;
  readonly survey: Survey;
}

/** Goes through the whole trace, unless one of the same content is among those that are known. */
export async function surveyTrace(
  path: string,
  known: readonly Survey[],
  signal?: AbortSignal,
): Promise<SurveyedTrace> {
  const beginning = await readBeginning(path);
  const input = await manifestInput(path);
  const same = known.find(({ sha256 }) => sha256 === input.sha256);
  if (same !== undefined) return { path, beginning, survey: { ...input, rows: same.rows, pages: same.pages } };
  const source = await openAnyTrace(path);
  let rows = 0;
  for await (const batch of abortable(source, signal).batches()) rows += batch.length;
  return { path, beginning, survey: { ...input, rows, pages: source.pages.size } };
}
