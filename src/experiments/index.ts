/** The experiments, by the name that `vmmu reproduce` takes. */
import { bootExits } from './boot-exits/index.js';
import { agile } from './agile/index.js';
import { breakEven } from './break-even/index.js';
import type { Experiment } from './experiment.js';
import { fiveLevel } from './five-level.js';
import { forkwait } from './forkwait/index.js';
import { generations } from './generations.js';
import { gups } from './gups.js';
import { hundredTimes } from './hundred-times/index.js';
import { kvmMeasured } from './kvm-measured.js';
import { nanobench } from './nanobench.js';
import { nestedPagingArgument } from './nested-paging-argument/index.js';
import { nestedVirtualization } from './nested-virtualization/index.js';
import { pageSizes } from './page-sizes.js';
import { pattersonHennessy } from './patterson-hennessy.js';
import { ptemagnet } from './ptemagnet/index.js';
import { sagepteSmoke } from './sagepte-smoke.js';
import { selective } from './selective.js';
import { sensitivity } from './sensitivity/index.js';
import { walkCaches } from './walk-caches/index.js';
import { walkReferences } from './walk-references.js';

export const EXPERIMENTS = {
  'hundred-times': hundredTimes,
  'nested-paging-argument': nestedPagingArgument,
  nanobench,
  forkwait,
  'walk-references': walkReferences,
  'walk-caches': walkCaches,
  agile,
  selective,
  'break-even': breakEven,
  'patterson-hennessy': pattersonHennessy,
  gups,
  'large-pages': pageSizes,
  'five-level': fiveLevel,
  generations,
  ptemagnet,
  'sagepte-smoke': sagepteSmoke,
  'boot-exits': bootExits,
  'kvm-measured': kvmMeasured,
  'nested-virtualization': nestedVirtualization,
  sensitivity,
} as const satisfies Record<string, Experiment>;

export type ExperimentName = keyof typeof EXPERIMENTS;
