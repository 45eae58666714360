/** The checks of published results, in the order of their ids. */
import type { Check } from './check.js';
import { b1 } from './b1-smoke.js';
import { b2 } from './b2-walk-deltas.js';
import { b3 } from './b3-latency-plateaus.js';
import { e1 } from './e1-walk-references.js';
import { s1 } from './s1-walk-caches.js';
import { s2 } from './s2-entry-reuse.js';
import { s3 } from './s3-leaf-entries.js';
import { s4 } from './s4-crossover.js';
import { s5 } from './s5-large-host-pages.js';
import { s6 } from './s6-exit-generations.js';
import { s7 } from './s7-walk-fractions.js';
import { s8 } from './s8-adaptive.js';

export const CHECKS: readonly Check[] = [e1, b1, b2, b3, s1, s2, s3, s4, s5, s6, s7, s8];
