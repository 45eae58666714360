/** What single events cost under KVM with nested and with shadow paging on one machine: PVM, SOSP 2023, tables 3 and 4, Cascade Lake at 2.5 GHz. */
import type { ProfileInput } from '../profile.js';

export interface MeasuredEvent {
  readonly what: string;
  readonly table: string;
  readonly nestedMicroseconds: number;
  readonly shadowMicroseconds: number;
  /** What the guest does to its tables for one. */
  readonly does: NonNullable<ProfileInput['perSecond']>;
}

/** With page-table isolation, as measured, each way into the kernel and out of it is a load of CR3. */
const CALL = { guestFaults: 0, tableWrites: 0, invlpgs: 0, firstTouches: 0, cr3Writes: 2 };
/** A fault is one into and one out of the kernel too, where isolation is not left out for it. */
const FAULT = { guestFaults: 1, tableWrites: 1, invlpgs: [0, 1], firstTouches: 0 } satisfies ProfileInput['perSecond'];

export const EVENTS: readonly MeasuredEvent[] = [
  { what: 'null I/O', table: '3', nestedMicroseconds: 0.27, shadowMicroseconds: 2.15, does: CALL },
  { what: 'stat', table: '3', nestedMicroseconds: 0.72, shadowMicroseconds: 2.66, does: CALL },
  { what: 'signal install', table: '3', nestedMicroseconds: 0.29, shadowMicroseconds: 2.16, does: CALL },
  { what: 'select of 100 files', table: '4', nestedMicroseconds: 2.02, shadowMicroseconds: 3.96, does: CALL },
  {
    what: 'page fault',
    table: '4',
    nestedMicroseconds: 0.15,
    shadowMicroseconds: 0.93,
    does: { ...FAULT, cr3Writes: [0, 2] },
  },
  {
    what: 'protection fault',
    table: '4',
    nestedMicroseconds: 0.66,
    shadowMicroseconds: 3.17,
    // The signal's handler returns by a system call.
    does: { ...FAULT, cr3Writes: [0, 4] },
  },
];
