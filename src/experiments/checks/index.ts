/** The checks of published results, in the order of their ids. */
import type { Check } from './check.js';
import { b10 } from './b10-isolated-system-call.js';
import { b11 } from './b11-boot-exits.js';
import { b4 } from './b4-gups-nested-over-native.js';
import { b5 } from './b5-gups-page-size.js';
import { b6 } from './b6-gups-walk-share.js';
import { b7 } from './b7-fork-shadow-over-nested.js';
import { b8 } from './b8-fork-on-first-vmm.js';
import { b9 } from './b9-faults-shadow-over-nested.js';
import { e1 } from './e1-walk-references.js';

export const CHECKS: readonly Check[] = [e1, b4, b5, b6, b7, b8, b9, b10, b11];
