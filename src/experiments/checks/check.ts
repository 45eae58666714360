/** What a check of a published result is: where the result stands, how it is obtained here, and how far it may be off. */
import { decimal, NONE } from '../../report/number-text.js';

/** EXACT: identities, equal to the last digit. BAND: within a stated distance. SHAPE: orderings and signs. */
export type CheckClass = 'EXACT' | 'BAND' | 'SHAPE';

/** How its result is known: read in the primary document, in its abstract, in a secondary text, or derived from such. What is known from memory is no target. */
export type Tag = 'P' | 'A' | 'S' | 'D';

/** `calibrated`: a price was fitted to this very number. `not checkable`: what it takes is not there. Neither counts. */
export type Verdict = 'passed' | 'failed' | 'calibrated' | 'not checkable';

/** One number or statement of a check. */
export interface Finding {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly tolerance: string;
  readonly verdict: Verdict;
  /** What is known of why it fails, or cannot be checked. */
  readonly learned?: string | undefined;
}

export interface Check {
  /** E1, B4, S8 … */
  readonly id: string;
  readonly class: CheckClass;
  readonly title: string;
  readonly source: string;
  readonly tag: Tag;
  /** What is replayed, in words; `none` where nothing is. */
  readonly workload: string;
  readonly findings: () => readonly Finding[] | Promise<readonly Finding[]>;
}

/** As many cases as there are agree. */
export function all(what: string, cases: readonly boolean[]): Finding {
  const agreeing = cases.filter(Boolean).length;
  return {
    what,
    target: `${cases.length} of ${cases.length}`,
    measured: `${agreeing} of ${cases.length}`,
    tolerance: 'equal',
    verdict: cases.length > 0 && agreeing === cases.length ? 'passed' : 'failed',
  };
}

/** A number that has to be hit. */
export function equal(what: string, target: number, measured: number, digits = 0): Finding {
  const [wanted, found] = [decimal(target, digits), decimal(measured, digits)];
  return { what, target: wanted, measured: found, tolerance: 'equal', verdict: wanted === found ? 'passed' : 'failed' };
}

export type Band = readonly [low: number, high: number];

export interface Within {
  readonly what: string;
  readonly target: string;
  readonly measured: number;
  readonly band: Band;
  readonly digits?: number;
  /** Shown where it is missed. */
  readonly learned?: string;
}

/** A number that has to lie in a band, its ends included. */
export function within({ what, target, measured, band: [low, high], digits = 2, learned }: Within): Finding {
  const passed = measured >= low && measured <= high;
  return {
    what,
    target,
    measured: decimal(measured, digits),
    tolerance: `${low}–${high}`,
    verdict: passed ? 'passed' : 'failed',
    learned: passed ? undefined : learned,
  };
}

/** A statement that has to be true. */
export function holds(what: string, target: string, measured: string, isTrue: boolean, learned?: string): Finding {
  const verdict = isTrue ? 'passed' : 'failed';
  return { what, target, measured, tolerance: 'true', verdict, learned: isTrue ? undefined : learned };
}

/** What it takes is not there. */
export function notCheckable(what: string, target: string, why: string): Finding {
  return { what, target, measured: NONE, tolerance: NONE, verdict: 'not checkable', learned: why };
}
