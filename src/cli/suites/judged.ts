/** What suites have in common: verdicts are counted, lines are printed. */
import type { Tally } from './suite.js';

/** @param checks a verdict each; null where none was passed */
export function tallyOf(checks: readonly { readonly passed: boolean | null }[]): Tally {
  const count = (verdict: boolean): number => checks.filter(({ passed }) => passed === verdict).length;
  return { passed: count(true), failed: count(false), skipped: 0 };
}

export function sum(tallies: readonly Tally[]): Tally {
  const of = (name: 'passed' | 'failed' | 'skipped'): number => tallies.reduce((all, tally) => all + tally[name], 0);
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
