/** The checks of published results, in the order of their ids. */
import type { Check } from './check.js';
import { b1 } from './b1-smoke.js';
import { b10 } from './b10-isolated-system-call.js';
import { b11 } from './b11-boot-exits.js';
import { b2 } from './b2-walk-deltas.js';
import { b3 } from './b3-latency-plateaus.js';
import { b4 } from './b4-gups-nested-over-native.js';
import { b5 } from './b5-gups-page-size.js';
import { b6 } from './b6-gups-walk-share.js';
import { b7 } from './b7-fork-shadow-over-nested.js';
import { b8 } from './b8-fork-on-first-vmm.js';
import { b9 } from './b9-faults-shadow-over-nested.js';
import { e1 } from './e1-walk-references.js';
import { e10 } from './e10-tagged-tlb.js';
import { e11 } from './e11-dirty-guest-tables.js';
import { e12 } from './e12-arithmetic.js';
import { e13 } from './e13-same-bytes.js';
import { e2 } from './e2-order-of-references.js';
import { e3 } from './e3-agile-levels.js';
import { e4 } from './e4-conservation.js';
import { e5 } from './e5-sensitive-instructions.js';
import { e6 } from './e6-vmx-predicates.js';
import { e7 } from './e7-exits-of-a-fault.js';
import { e8 } from './e8-table-writes.js';
import { e9 } from './e9-other-exits.js';
import { s1 } from './s1-walk-caches.js';
import { s2 } from './s2-entry-reuse.js';
import { s3 } from './s3-leaf-entries.js';
import { s4 } from './s4-crossover.js';
import { s5 } from './s5-large-host-pages.js';
import { s6 } from './s6-exit-generations.js';
import { s7 } from './s7-walk-fractions.js';
import { s8 } from './s8-adaptive.js';

export const CHECKS: readonly Check[] = [
  e1,
  e2,
  e3,
  e4,
  e5,
  e6,
  e7,
  e8,
  e9,
  e10,
  e11,
  e12,
  e13,
  b1,
  b2,
  b3,
  b4,
  b5,
  b6,
  b7,
  b8,
  b9,
  b10,
  b11,
  s1,
  s2,
  s3,
  s4,
  s5,
  s6,
  s7,
  s8,
];
