/** What the parts of a sweep have counted, put together. */
import { UsageError } from '../errors.js';
import { isExcluded } from '../report/result-row.js';
import type { CellResult } from '../run/cell-result.js';
import { readPlan, type Plan, type PlannedCell } from './plan-file.js';
import { CellStore, firstOf } from './store.js';

export interface Merged {
  readonly plan: Plan;
  readonly results: ReadonlyMap<string, CellResult>;
  /** Cells that none of the parts has. */
  readonly missing: readonly PlannedCell[];
}

export async function mergeSweeps(directories: readonly string[], say: (line: string) => void): Promise<Merged> {
  const plans: Plan[] = [];
  for (const directory of directories) {
    const plan = await readPlan(directory);
    if (plan === null) throw new UsageError(`${directory}: found no sweep.json; expected the --out of a sweep`);
    if (plan.id !== (plans[0] ?? plan).id)
      throw new UsageError(
        `${directory}: found the sweep ${plan.name}, which is another than that of ${directories[0]!}; expected parts of one`,
      );
    plans.push(plan);
  }
  const [plan] = plans;
  const stores = directories.map((one) => new CellStore(one, (path) => say(`${path}: found a damaged cell`)));
  const results = new Map<string, CellResult>();
  const missing = new Map<string, PlannedCell>();
  for (const cell of plan!.cells) {
    if (isExcluded(cell.label) || results.has(cell.key) || missing.has(cell.key)) continue;
    const result = await firstOf(stores, cell.key);
    if (result === null) missing.set(cell.key, cell);
    else results.set(cell.key, result);
  }
  return { plan: plan!, results, missing: [...missing.values()] };
}
