/** The comparison with KVM in words: a table of checks, page faults by error code, nested faults. */
import { runsOf, type Check } from '../verify/kvm/compare.js';
import type { Measured } from '../verify/kvm/measured.js';
import type { Replayed } from '../verify/kvm/replay.js';
import { columns } from './columns.js';

export function kvmText(file: Measured, shadow: Replayed, nested: Replayed, checks: readonly Check[]): string {
  const rows = checks.map(({ phase, counter, measured, modelled, ratio, band, passed }) => ({
    phase,
    counter,
    measured: measured.join(' / '),
    modelled,
    ratio: ratio === null ? '' : ratio.toFixed(3),
    band,
    verdict: passed ? 'passed' : 'FAILED',
  }));
  const npf = runsOf(file, file.repeats, 'npt').map((run) => run['pf_taken'] ?? 'not counted');
  return [
    `${shadow.name}: KVM's counts of the guest, and those of the model`,
    columns(rows),
    'Page-fault exits by error code (1 present, 2 write, 4 user, 8 reserved bit: MMIO, 10 fetch; of the model, user is the lower half of the addresses)',
    columns(faultCodes(file, shadow)),
    `Nested page faults without MMIO: measured ${npf.join(' / ')}, modelled ${nested.nestedFaults}. No band: they depend on how the host backed the guest.`,
    '',
  ].join('\n');
}

function faultCodes(file: Measured, { faultCodes }: Replayed): Record<string, string | number>[] {
  const runs = runsOf(file, file.repeats, 'shadow').map((run) => run.fault_exits_by_error_code);
  const codes = new Set([...faultCodes.keys(), ...runs.flatMap((run) => Object.keys(run ?? {}).map(Number))]);
  return [...codes]
    .sort((a, b) => a - b)
    .map((code) => {
      const name = `0x${code.toString(16)}`;
      return {
        code: name,
        measured: runs.map((run) => (run === undefined ? 'not counted' : (run[name] ?? 0))).join(' / '),
        modelled: faultCodes.get(code) ?? 0,
      };
    });
}
