/** A cross product of traces, machines and strategies, replayed: one result row a cell, in the order in which they were asked for. */
import type { RunConfig } from '../config/schema.js';
import { UsageError } from '../errors.js';
import { definitionOf } from '../paging/index.js';
import { isExcluded, resultRow, type CellLabel, type ResultRow } from '../report/result-row.js';
import { afterReplay, exactness } from './exactness.js';
import { emptyResult, type CellResult } from './cell-result.js';
import { contender } from './contender.js';
import { runJobs, type RunOptions } from './pool.js';
import { readBeginning, traceMisfit } from './trace-fit.js';

export interface RunRequest {
  /** Paths of trace files. */
  readonly traces: readonly string[];
  /** One configuration for each machine. */
  readonly configs: readonly RunConfig[];
  /** Strategies and named VMMs. */
  readonly strategies: readonly string[];
  /** Replays traces whose capture does not fit the machine's TLBs, and marks their rows. */
  readonly allowInexact: boolean;
  /** Each cell checks itself as it replays. */
  readonly audit?: boolean;
}

export async function run(request: RunRequest, options: RunOptions = {}): Promise<ResultRow[]> {
  const jobs = [];
  const labels: CellLabel[][] = [];
  const named = new Map<string, string>();
  for (const path of request.traces) {
    const beginning = await readBeginning(path);
    const { name, characteristics } = beginning;
    const twin = named.get(name);
    if (twin !== undefined)
      throw new UsageError(
        `${path}: found a trace named '${name}', as that of ${twin}; expected names that tell rows apart ` +
          `(vmmu trace convert --name gives another)`,
      );
    named.set(name, path);
    const cells = request.configs.flatMap((base) =>
      request.strategies.map((asked) => {
        const { name: called, strategy, config, excluded, refused } = contender(asked, base);
        const why = traceMisfit(beginning, config) ?? excluded;
        if (refused.length > 0) throw new UsageError(`strategy ${called} on ${config.machine.name}: ${refused[0]!}`);
        const label =
          why === null ? exactness(path, characteristics, config.machine, request.allowInexact) : `excluded: ${why}`;
        const row: CellLabel = {
          trace: name,
          strategy: called,
          virtualized: definitionOf(strategy).virtualized,
          exactness: label,
          lines: characteristics.lines ?? false,
          config,
        };
        return { strategy, label: row };
      }),
    );
    labels.push(cells.map(({ label }) => label));
    const run = cells.filter(({ label }) => !isExcluded(label));
    const { audit = false } = request;
    jobs.push({
      path,
      cells: run.map(({ strategy, label }) => ({ strategy, characteristics, config: label.config, audit })),
    });
  }
  const results = await runJobs(jobs, options);
  return labels.flatMap((cells, trace) => {
    const counted = results[trace]!.values();
    return cells.map((label) =>
      isExcluded(label) ? resultRow(label, emptyResult()) : labelled(label, counted.next().value!),
    );
  });
}

function labelled(label: CellLabel, result: CellResult): ResultRow {
  return resultRow({ ...label, exactness: afterReplay(label.exactness, result.counters) }, result);
}
