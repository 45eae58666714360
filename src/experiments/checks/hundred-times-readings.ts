/** Readings of `vmmu reproduce hundred-times` as findings: one replay of its operations serves B7 to B10. */
import { evidence, type Reading } from '../hundred-times/evidence.js';
import { priceTable } from '../hundred-times/price-table.js';
import { GENERATIONS } from '../hundred-times/ways.js';
import { decimal } from '../../report/number-text.js';
import type { Finding, Verdict } from './check.js';
import { once } from './once.js';

const MACHINES: readonly string[] = ['intel-prescott', 'intel-cascadelake'];

const VERDICTS: Partial<Record<Reading['verdict'], Verdict>> = {
  passed: 'passed',
  failed: 'failed',
  calibration: 'calibrated',
};

const readings = once((): Reading[] =>
  evidence(
    priceTable(
      GENERATIONS.filter(({ machine }) => MACHINES.includes(machine)),
      () => undefined,
    ),
  ),
);

/** @param learned of what fails, or is calibrated */
export function readingsOf(id: RegExp, learned?: string): Finding[] {
  return readings()
    .filter((reading) => id.test(reading.id))
    .map(({ reading, published, computed, band, verdict }) => ({
      what: reading,
      target: published,
      measured: decimal(computed!, 1),
      tolerance: `${band![0]}–${band![1]}`,
      verdict: VERDICTS[verdict]!,
      learned: verdict === 'passed' ? undefined : learned,
    }));
}
