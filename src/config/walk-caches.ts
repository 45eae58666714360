/** A machine with other walk caches than its own: Bhargava et al., ASPLOS 2008, compare these. */
import type { Machine } from './machine-schema.js';

/** None; of guest entries only; of guest and nested entries; these with a nested TLB. */
export const WALK_CACHES = ['none', '1d', '2d', '2d+ntlb'] as const;
/** Which walk caches a machine has: none; of one dimension; of both; and a nested TLB beside. */
export type WalkCaches = (typeof WALK_CACHES)[number];

/** What a machine without them is given: AMD's, as presets have them. */
const WALK_CACHE: Machine['walkCache'] = { organisation: 'uptc', entries: 24, ways: 0, dimensions: '2d', cycles: 1 };
const NESTED_TLB: Machine['nestedTlb'] = { entries: 16, ways: 0, holds: 'tables', cycles: 1 };

export function withWalkCaches(machine: Machine, caches: WalkCaches): Machine {
  if (caches === 'none') return { ...machine, walkCache: null, nestedTlb: null };
  const walkCache = machine.walkCache ?? WALK_CACHE!;
  return {
    ...machine,
    walkCache: { ...walkCache, dimensions: caches === '1d' ? '1d' : '2d' },
    nestedTlb: caches === '2d+ntlb' ? (machine.nestedTlb ?? NESTED_TLB) : null,
  };
}
