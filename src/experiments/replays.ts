/** Shipped traces on machines under strategies: the rows that most experiments are made from. */
import { resolveConfig, type ConfigInput } from '../config/resolve.js';
import type { ResultRow } from '../report/result-row.js';
import { run } from '../run/run.js';
import { LARGE_TRACES, shippedPath } from '../trace/shipped.js';
import type { ExperimentOptions, Progress } from './experiment.js';

/** Two of a user program and one of a full system, of those that are read fastest. */
const QUICK_TRACES = ['churn', 'memcached', 'sqlite'] as const;

export async function replays(
  inputs: readonly ConfigInput[],
  strategies: readonly string[],
  { quick, workers, signal }: ExperimentOptions,
  progress: Progress,
  traces: readonly string[] = quick ? QUICK_TRACES : LARGE_TRACES,
): Promise<ResultRow[]> {
  const configs = inputs.map((input) => resolveConfig(input));
  const cells = traces.length * configs.length * strategies.length;
  const request = { traces: traces.map(shippedPath), configs, strategies, allowInexact: true };
  return run(request, { workers, signal, onCell: () => progress(cells) });
}

/** The row of a cell. */
export function rowAt(rows: readonly ResultRow[], wanted: Partial<ResultRow>): ResultRow {
  return rows.find((row) => Object.entries(wanted).every(([key, value]) => row[key as keyof ResultRow] === value))!;
}
