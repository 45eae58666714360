/** What `vmmu verify` can verify, in the order in which it does. A new suite is a file here and a line below. */
import { formula } from './formula.js';
import { hardware } from './hardware.js';
import { kvm } from './kvm.js';
import { nested } from './nested.js';
import { planning } from './planning.js';
import { published } from './published.js';
import type { SuiteDefinition } from './suite.js';
import { vectors } from './vectors.js';
import { xen } from './xen.js';

export const SUITES = {
  vectors,
  formula,
  kvm,
  xen,
  nested,
  published,
  planning,
  hardware,
} as const satisfies Record<string, SuiteDefinition>;
