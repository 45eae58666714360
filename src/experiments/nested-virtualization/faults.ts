/** One page fault of L2 that touches an n-level table: counted, and at the published price of a round trip. */
import { EVERY_STORE, faultInL2, type FaultMode } from '../../verify/nested/world-switches.js';
import { FORMULAS, PAGE_FAULT_US, PVM_HYPERCALL_US, ROUND_TRIPS } from './published.js';

export const MODES: Readonly<Record<FaultMode, string>> = {
  shadow: 'shadow on nested',
  nested: 'nested on nested',
  pvm: 'PVM on nested',
};
export const MODE_NAMES = Object.keys(MODES) as readonly FaultMode[];

export interface Fault {
  readonly mode: FaultMode;
  readonly levels: number;
  /** Every store to a shadowed table exits. */
  readonly switches: number;
  readonly l0: number;
  readonly publishedSwitches: number;
  readonly publishedL0: number;
  readonly microseconds: number;
  /** As KVM goes about it. */
  readonly kvmSwitches: number;
  readonly kvmMicroseconds: number;
}

export function faults(levels: readonly number[]): Fault[] {
  return MODE_NAMES.flatMap((mode) =>
    levels.map((n) => {
      const every = faultInL2(mode, n, EVERY_STORE);
      const kvm = faultInL2(mode, n, {});
      return {
        ...{ mode, levels: n, switches: every.switches, l0: every.l0, microseconds: microseconds(mode, every) },
        ...{ publishedSwitches: FORMULAS[mode].switches(n), publishedL0: FORMULAS[mode].l0(n) },
        ...{ kvmSwitches: kvm.switches, kvmMicroseconds: microseconds(mode, kvm) },
      };
    }),
  );
}

/** An exit that L1 handles, with the VMRESUME after it, is a round trip of L2; what L0 handles by itself is one of a single level. */
function microseconds(mode: FaultMode, { l0, reflected }: { readonly l0: number; readonly reflected: number }): number {
  if (mode === 'pvm') return reflected * PVM_HYPERCALL_US;
  const { single, nested } = ROUND_TRIPS.hypercall;
  return reflected * nested + (l0 - 2 * reflected) * single;
}

/** Over a page fault of one level. */
export const multiple = (microseconds: number): number => (PAGE_FAULT_US + microseconds) / PAGE_FAULT_US;
