/** What an exit costs on a host, in cycles. */
import { exitCycles, invocationCycles } from '../cost/cost-model.js';
import type { ExitCause } from '../vmm/exits.js';
import type { Host, Vm } from './fleet.js';
import { input, type At, type Input } from './inputs.js';
import { isExact, times } from './range.js';
import type { Exits } from './load/load.js';
import { fixed } from './unknowns.js';

const FACTOR = { low: 0.5, high: 1.5 };
/** On one machine exits that the kernel serves cost from 0.46 us (a hypercall) to 1.66 (an exception): 3.6 times (PVM, SOSP 2023, table 1). */
const GENERAL_FACTOR = { low: 0.5, high: 3.6 };

/** A round trip of a guest's guest over one of a guest: PVM, SOSP 2023, table 1, kvm NST over kvm BM, the least and the most of all rows. */
const NESTED = { low: 5.46, high: 17.1 };

export interface ExitPrices {
  readonly inputs: readonly Input[];
  cycles(exits: Exits, at: At, nestedVirtualization: boolean): number;
}

export function exitPrices({ name, profile }: Vm, host: Host): ExitPrices {
  const hertz = host.gigahertz * 1e9;
  const factor = input(
    `${host.name}: prices of ${host.costs.name} by cause`,
    FACTOR,
    'published, half as much to half as much again',
    1,
  );
  const general = input(
    `${host.name}: general price of ${host.costs.name}`,
    GENERAL_FACTOR,
    'published for one kind of exit; others cost up to 3.6 times that on one machine (PVM, SOSP 2023, table 1)',
    1,
  );
  const usual =
    host.exitMicroseconds === undefined
      ? null
      : input(`${host.name}: cycles of an exit`, times(host.exitMicroseconds, hertz / 1e6), 'measured on the host');
  const isHere = profile.under?.machine === undefined || profile.under.machine === host.machine.name;
  const own = new Map(
    Object.entries(isHere ? profile.exitMicroseconds : {}).map(([cause, microseconds]) => {
      const label = `${name}: cycles of a ${cause} exit`;
      const cycles = times(microseconds, hertz / 1e6);
      return [cause, isExact(cycles) ? fixed(label, cycles.low, 'measured') : input(label, cycles, 'measured')];
    }),
  );
  const nested = input(
    `${host.name}: an exit in a virtual machine, of one outside`,
    NESTED,
    'KVM on KVM, Cascade Lake: from 5.46 times (exceptions) to 17.1 (hypercalls), both without page-table isolation (PVM, SOSP 2023, table 1)',
  );
  const priceOf = (cause: keyof Exits, at: At): number => {
    const measured = own.get(cause);
    if (measured !== undefined) return at(measured);
    if (cause !== 'other' && host.costs.exitCyclesByCause?.[cause] !== undefined)
      return at(factor) * host.costs.exitCyclesByCause[cause];
    if (usual !== null) return at(usual);
    return at(general) * (cause === 'other' ? exitCycles(host.costs) : invocationCycles(cause, host.costs));
  };
  return {
    inputs: [factor, usual ?? general, ...own.values(), nested],
    cycles: (exits, at, nestedVirtualization) =>
      (nestedVirtualization ? at(nested) : 1) *
      (Object.entries(exits) as [ExitCause | 'other', number][]).reduce(
        (sum, [cause, count]) => sum + (count === 0 ? 0 : count * priceOf(cause, at)),
        0,
      ),
  };
}
