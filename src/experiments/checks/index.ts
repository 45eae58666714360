/** The checks of published results, in the order of their ids. */
import type { Check } from './check.js';
import { e1 } from './e1-walk-references.js';
import { s1 } from './s1-walk-caches.js';
import { s2 } from './s2-entry-reuse.js';
import { s3 } from './s3-leaf-entries.js';

export const CHECKS: readonly Check[] = [e1, s1, s2, s3];
