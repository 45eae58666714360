/** The price of an exit at which two strategies cost the same: below it the one with more exits wins. */
import { walkingCycles, type CostBreakdown } from './cost-model.js';

/** Of a strategy: how many VM exits, and the cycles of translation by cause. */
export interface Priced {
  readonly exits: number;
  readonly cycles: CostBreakdown;
}

/**
 * Cycles per exit at which `a` and `b` cost the same, from walks(a) + exits(a)·C = walks(b) + exits(b)·C;
 * null when both exit equally often, negative when one of them wins at every price.
 */
export function breakEvenExitCycles(a: Priced, b: Priced): number | null {
  if (a.exits === b.exits) return null;
  return (walkingCycles(a.cycles) - walkingCycles(b.cycles)) / (b.exits - a.exits);
}
