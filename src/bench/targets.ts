/** The ratios to the C programs that the simulator is meant to reach, by stream: see docs/performance.md. */
import type { StrategyName } from '../paging/index.js';
import type { StreamName } from './case.js';
import type { OrganisationName } from './organisations.js';

type Program = 'yardstick' | 'walk2d';

interface Target {
  readonly strategy: StrategyName;
  readonly organisation: OrganisationName;
  /** `yardstick` is the TLBs alone, `walk2d` a two-dimensional walk of 24 reads for each miss. */
  readonly to: Program;
  readonly ratio: Readonly<Partial<Record<StreamName, number>>>;
}

export const TARGETS: readonly Target[] = [
  { strategy: 'native', organisation: 'plain', to: 'yardstick', ratio: { zipf: 0.4, uniform: 0.22, sequential: 1 } },
  { strategy: 'shadow', organisation: 'plain', to: 'yardstick', ratio: { zipf: 0.36, uniform: 0.2, sequential: 1 } },
  { strategy: 'native', organisation: 'tree-plru', to: 'yardstick', ratio: { zipf: 0.35, uniform: 0.2 } },
  { strategy: 'nested', organisation: 'plain', to: 'walk2d', ratio: { zipf: 1.2, uniform: 1.2 } },
  { strategy: 'nested', organisation: 'uptc and nested TLB', to: 'walk2d', ratio: { zipf: 1, uniform: 1.2 } },
  { strategy: 'nested', organisation: 'plain', to: 'yardstick', ratio: { sequential: 1 } },
];

/** What a case is compared with; undefined: nothing. */
export function targetOf(
  stream: StreamName,
  strategy: StrategyName,
  organisation: OrganisationName,
): { readonly to: Program; readonly ratio: number } | undefined {
  for (const target of TARGETS) {
    const ratio = target.ratio[stream];
    if (target.strategy === strategy && target.organisation === organisation && ratio !== undefined)
      return { to: target.to, ratio };
  }
  return undefined;
}
