/** The checks of published results, in the order of their ids. */
import type { Check } from './check.js';
import { e1 } from './e1-walk-references.js';
import { e2 } from './e2-order-of-references.js';
import { e3 } from './e3-agile-levels.js';
import { e4 } from './e4-conservation.js';
import { e5 } from './e5-sensitive-instructions.js';
import { e6 } from './e6-vmx-predicates.js';
import { e7 } from './e7-exits-of-a-fault.js';
import { e8 } from './e8-table-writes.js';
import { e9 } from './e9-other-exits.js';
import { e10 } from './e10-tagged-tlb.js';
import { e11 } from './e11-dirty-guest-tables.js';
import { e12 } from './e12-arithmetic.js';
import { e13 } from './e13-same-bytes.js';

export const CHECKS: readonly Check[] = [e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13];
