/** The comparison with Xen in words: a table of checks. */
import type { Check } from '../verify/xen/compare.js';
import { columns } from './columns.js';

const TITLES = { pv: 'xen-pv', shadow: 'xen-hvm-shadow', hap: 'xen-hvm-hap' } as const;

export function xenText(name: string, checks: readonly Check[]): string {
  const rows = checks.map(({ domain, counter, measured, modelled, ratio, band, passed }) => ({
    guest: TITLES[domain],
    counter,
    measured: measured.join(' / '),
    modelled: modelled ?? '',
    ratio: ratio === null ? '' : ratio.toFixed(3),
    band: passed === null ? '' : band,
    verdict: passed === null ? band : passed ? 'passed' : 'FAILED',
  }));
  return [`${name}: Xen's counts of the guest's workload, and those of the model`, columns(rows)].join('\n');
}
