/** The way back from a row to what was counted, so that it can be priced again without a replay. */
import type { CellResult } from '../run/cell-result.js';
import { noExits } from '../vmm/exits.js';
import type { ResultRow, RowIdentity } from './result-row.js';

export function identityOf(row: RowIdentity): RowIdentity {
  const { trace, machine, costs, strategy, chosen, guestPages, hostPages, exactness, tableLines, point } = row;
  return { trace, machine, costs, strategy, chosen, guestPages, hostPages, exactness, tableLines, point };
}

/** Equal for rows that are called the same. */
export function rowKey(row: RowIdentity): string {
  return JSON.stringify(identityOf(row));
}

export function countedOf({ counters, intervals, pageWalks, vmmInvocations }: ResultRow): CellResult {
  const exits = noExits();
  for (const { cause, count } of vmmInvocations) exits[cause] = count;
  return {
    counters,
    exits,
    levels: pageWalks.map((walk) => ({
      dimension: walk.dimension,
      level: walk.level,
      served: [walk.l1Refs, walk.l2Refs, walk.l3Refs, walk.memoryRefs],
      walkCacheSkipped: walk.walkCacheSkippedRefs,
      nestedTlbSkipped: walk.nestedTlbSkippedRefs,
    })),
    ...(intervals === undefined ? {} : { intervals }),
  };
}
