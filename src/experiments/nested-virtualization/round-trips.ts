/** What one exit of L2 costs: how many exits of L0 it is, and how much longer the published round trip is. */
import { exitsBelow, stepsOf } from '../../vmm/hypervisors/hypervisor.js';
import { belowVmx, kvmVmx } from '../../vmm/hypervisors/kvm-vmx.js';
import { ROUND_TRIPS } from './published.js';

export interface RoundTrip {
  readonly operation: string;
  /** Of L0, L2's own among them: with VMCS shadowing, and without. */
  readonly exits: number;
  readonly exitsUnshadowed: number;
  readonly singleUs: number;
  readonly nestedUs: number;
}

export function roundTrips(): RoundTrip[] {
  return Object.entries(ROUND_TRIPS).map(([operation, { cause, single, nested }]) => {
    const steps = stepsOf(kvmVmx, cause, cause === 'io' ? 'userSpace' : 'kernel');
    const exits = (shadowing: boolean): number =>
      1 + exitsBelow(steps, belowVmx({ shadowing, enlightened: false })).length;
    return { operation, exits: exits(true), exitsUnshadowed: exits(false), singleUs: single, nestedUs: nested };
  });
}

/** How many times as long as the exits of L0 would take, were each a round trip of a single level. */
export const unexplained = ({ exits, singleUs, nestedUs }: RoundTrip): number => nestedUs / (exits * singleUs);
