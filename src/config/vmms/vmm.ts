/** What a named VMM is: a paging strategy with the settings of a product that had it. */
import type { StrategyName } from '../../paging/names.js';
import type { ShadowPolicy } from '../schema.js';

export interface VmmPreset {
  readonly name: string;
  readonly title: string;
  readonly strategy: StrategyName;
  /** Settings instead of the defaults; what a user sets to something else stays. */
  readonly vmm: Partial<Omit<ShadowPolicy, 'controls'>> & { readonly controls?: Partial<ShadowPolicy['controls']> };
  /** Nested paging that it needs. */
  readonly nested?: 'npt' | 'ept';
  readonly source: string;
}
