/** A cross product of traces, machines and strategies, replayed: one result row a cell, in the order in which they were asked for. */
import type { RunConfig } from '../config/schema.js';
import { UsageError } from '../errors.js';
import { isExcluded, type CellLabel, type ResultRow } from '../report/result-row.js';
import { candidate, rowOf } from './candidate.js';
import type { CellResult } from './cell-result.js';
import type { CellSpec } from './cell.js';
import { valueOf } from './outcome.js';
import { runTasks, type PoolOptions } from './pool.js';
import { readBeginning } from './trace-fit.js';

/** The cells to be replayed: each trace, on each machine, under each strategy. */
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
  /** The part of the TLB sets that is replayed, as what all are divided by; left out: all of them. */
  readonly oneIn?: number | undefined;
}

/** How cells are replayed; results do not depend on it. */
export interface RunOptions extends PoolOptions {
  /** Called for each cell that is finished. */
  readonly onCell?: ((spec: CellSpec) => void) | undefined;
}

/**
 * Replays cells on worker threads; one row for each cell, in the order in which they were asked for. A cell that cannot be run honestly is a row
 * whose `exactness` is `excluded: why`.
 * @throws UsageError for an unknown strategy or what does not go together; TraceError for a file that is no trace
 */
export async function run(request: RunRequest, options: RunOptions = {}): Promise<ResultRow[]> {
  if (request.audit === true && request.oneIn !== undefined)
    throw new UsageError('--sample: found --audit, which checks every set; expected one of them');
  const named = new Map<string, string>();
  const cells: Asked[] = [];
  for (const path of request.traces) {
    const beginning = await readBeginning(path);
    refuseTwin(named, beginning.name, path);
    for (const config of request.configs)
      for (const asked of request.strategies) {
        const { spec, label, forbidden, inexact } = candidate(beginning, asked, config, request);
        if (forbidden !== null) throw new UsageError(forbidden);
        if (inexact !== null)
          throw new UsageError(`${path}: ${inexact}: give --allow-inexact to replay it and have its rows marked`);
        cells.push({ path, spec, label });
      }
  }
  const results = new Map<Asked, CellResult>();
  const tasks = cells.filter(({ label }) => !isExcluded(label)).map((cell) => ({ path: cell.path, cells: [cell] }));
  await runTasks(tasks, options, ({ path, cells: [cell] }, [outcome]) => {
    results.set(cell!, valueOf(outcome!, path));
    options.onCell?.(cell!.spec);
  });
  return cells.map((cell) => rowOf(cell.label, results.get(cell) ?? null));
}

interface Asked {
  readonly path: string;
  readonly spec: CellSpec;
  readonly label: CellLabel;
}

/** Rows are told apart by the names of their traces. @param named paths by name */
export function refuseTwin(named: Map<string, string>, name: string, path: string): void {
  const twin = named.get(name);
  if (twin !== undefined)
    throw new UsageError(
      `${path}: found a trace named '${name}', as that of ${twin}; expected names that tell rows apart ` +
        `(vmmu trace convert --name gives another)`,
    );
  named.set(name, path);
}
