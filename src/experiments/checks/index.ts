/** The checks of published results, in the order of their ids. */
import type { Check } from './check.js';
import { e1 } from './e1-walk-references.js';

export const CHECKS: readonly Check[] = [e1];
