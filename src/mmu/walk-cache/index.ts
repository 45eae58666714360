/** The organisations of page-walk caches, by name: Barr, Cox and Rixner, ISCA 2010. */
import type { WalkCacheConfig } from '../../config/machine-schema.js';
import type { Geometry } from './lru-slots.js';
import { splitPageTableCache, unifiedPageTableCache } from './page-table-cache.js';
import { TranslationPathCache } from './path-cache.js';
import { splitTranslationCache, unifiedTranslationCache } from './translation-cache.js';
import type { WalkCache } from './walk-cache.js';

type Organisation = WalkCacheConfig['organisation'];
type Split = Extract<WalkCacheConfig, { pde: unknown }>;

const WALK_CACHES: {
  readonly [Name in Organisation]: (config: Extract<WalkCacheConfig, { organisation: Name }>) => WalkCache;
} = {
  uptc: unifiedPageTableCache,
  sptc: (config) => splitPageTableCache(byLevel(config)),
  utc: unifiedTranslationCache,
  stc: (config) => splitTranslationCache(byLevel(config)),
  tpc: ({ entries }) => new TranslationPathCache(entries),
};

export function createWalkCache(config: WalkCacheConfig): WalkCache {
  return (WALK_CACHES[config.organisation] as (config: WalkCacheConfig) => WalkCache)(config);
}

/** By level of the entry, from 0. */
function byLevel({ pde, pdpte, pml4e, pml5e }: Pick<Split, 'pde' | 'pdpte' | 'pml4e' | 'pml5e'>): (Geometry | null)[] {
  return [null, null, pde, pdpte, pml4e, pml5e];
}
