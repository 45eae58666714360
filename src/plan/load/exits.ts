/** Exits of a virtual processor on behalf of address translation, from what its guest does to its tables: by the laws of KVM. */
import { input, type At, type Input } from '../inputs.js';
import type { Profile } from '../profile.js';
import { known, PER_FAULT, unknown } from '../unknowns.js';
import type { Measured } from './demand.js';
import type { Exits } from './load.js';

/** A large page is touched first once, its 512 small ones up to 512 times. */
const LARGE = { low: 1 / 512, high: 1 };

export interface GuestEvents {
  readonly inputs: readonly Input[];
  /** @param scale from a second of the profile to one of a busy virtual processor */
  readonly exits: (configuration: Measured, at: At, scale: number) => Exits;
}

export function guestEvents({ perSecond, under, evidence }: Profile, label: string): GuestEvents {
  const from = (name: string): string => evidence[`perSecond.${name}`] ?? 'measured';
  const faults = known(`${label}: guest faults`, perSecond.guestFaults, from('guestFaults'), () =>
    unknown('guestFaults', `${label}: guest faults`),
  );
  const faultsKnown = perSecond.guestFaults !== undefined;
  const switches = known(`${label}: CR3 writes`, perSecond.cr3Writes, from('cr3Writes'), () =>
    unknown('cr3Writes', `${label}: CR3 writes`),
  );
  /** Where it is not known, as so many for each fault. */
  const rate = (name: keyof typeof PER_FAULT, title: string) => {
    const range = perSecond[name];
    const one =
      range === undefined
        ? input(`${label}: ${title} for each fault`, PER_FAULT[name], PER_FAULT[name].why)
        : input(`${label}: ${title}`, range, from(name));
    return { one, perFault: range === undefined };
  };
  const writes = rate('tableWrites', 'table writes');
  const invalidations = rate('invlpgs', 'INVLPGs');
  const touches = rate('firstTouches', 'first touches of memory');
  const fills = input(
    `${label}: exits to fill the shadow tables, for each fault`,
    { low: 1, high: 2 },
    'KVM counted: two exits for a fault without new tables, three with them, of which one gives the fault to the guest',
  );
  const trapped = input(
    `${label}: share of other table writes that exit`,
    { low: 0, high: 1 },
    'tables out of sync are written without exits, write-protected ones with one each',
  );
  const larger = input(
    `${label}: faults with large guest pages, of those with small ones`,
    LARGE,
    'one of 512, or all',
  );
  const backed = input(
    `${label}: nested faults with large host pages, of those with small ones`,
    LARGE,
    'one of 512, or all',
  );
  return {
    inputs: [faults, switches, writes.one, invalidations.one, touches.one, fills, trapped, larger, backed],
    exits({ paging, guestPages, hostPages }, at, scale) {
      const measuredLarge = faultsKnown && under?.guestPages === 'thp';
      const size = guestPages === 'thp' ? (measuredLarge ? 1 : at(larger)) : measuredLarge ? 1 / at(larger) : 1;
      // What is not known is of a busy virtual processor already.
      const perFault = (faultsKnown ? scale : 1) * at(faults) * size;
      const of = ({ one, perFault: relative }: typeof writes): number =>
        relative ? at(one) * perFault : at(one) * scale;
      if (paging === 'native') return {};
      if (paging === 'nested') return { nestedFault: of(touches) * (hostPages === '4k' ? 1 : at(backed)) };
      return {
        guestFault: perFault,
        hiddenFault: perFault * at(fills),
        cr3Write: (perSecond.cr3Writes === undefined ? 1 : scale) * at(switches),
        invlpg: of(invalidations),
        tableWrite: Math.max(0, of(writes) - perFault) * at(trapped),
      };
    },
  };
}
