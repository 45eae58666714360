/** Ratios to the C programs that fell since an earlier benchmark, whose JSON is given. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { explain } from '../config/issue-text.js';
import { UsageError } from '../errors.js';
import { nameOf, type BenchRow } from './bench.js';

/** A smaller fall is within what processes of one version differ by. */
const TOLERATED = 0.1;

const earlierSchema = z.object({
  schema: z.literal('vmmu/bench@1'),
  rows: z.array(
    z.object({
      stream: z.string(),
      strategy: z.string(),
      organisation: z.string(),
      ratio: z.object({ to: z.string(), value: z.object({ median: z.number().positive() }) }).nullable(),
    }),
  ),
});

export type Earlier = z.infer<typeof earlierSchema>['rows'];

export interface RatioChange {
  readonly name: string;
  readonly before: number;
  readonly now: number;
  readonly fell: boolean;
}

export async function readEarlier(path: string): Promise<Earlier> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`--compare ${path}: ${(error as Error).message.split(',')[0]}`);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UsageError(`--compare ${path}: found no JSON; expected what vmmu bench --format json printed`);
  }
  const checked = earlierSchema.safeParse(parsed, { reportInput: true });
  if (checked.success) return checked.data.rows;
  const { path: at, text: what } = explain(checked.error.issues[0]!);
  throw new UsageError(`--compare ${path}: ${at.join('.')}: ${what}`);
}

/** Of the cases that both have measured beside the same C program. */
export function changes(earlier: Earlier, rows: readonly BenchRow[]): RatioChange[] {
  return rows.flatMap((row) => {
    const old = earlier.find(
      ({ stream, strategy, organisation }) =>
        stream === row.stream && strategy === row.strategy && organisation === row.organisation,
    );
    if (row.ratio === null || !old?.ratio || old.ratio.to !== row.ratio.to) return [];
    const [before, now] = [old.ratio.value.median, row.ratio.value.median];
    return { name: nameOf(row), before, now, fell: now < before * (1 - TOLERATED) };
  });
}
