/** One walk, explained: made by the walker as always, with the recorder watching, and what it ended in read off afterwards. */
import { addressOf } from '../memory/address.js';
import { ACCESS } from '../mmu/dimension.js';
import { WALK, type Walker, type WalkStatus } from '../mmu/walker.js';
import { errorCode, exitInfo1, qualification } from './codes.js';
import { hex } from './hex.js';
import type { Recorder } from './recorder.js';
import type { Access, Fault, Translated, Walk, WalkEnd } from './step.js';

/** Who is told of faults, and how much of them. */
export interface Surroundings {
  /** Receiver of a page fault and of #GP. */
  readonly receiver: string;
  /** EPT violations report bits 9 to 11 of the qualification. */
  readonly advancedExitInfo: boolean;
}

export const RECEIVERS = {
  native: 'the operating system',
  nested: 'the guest (no VM exit)',
  shadow: 'the VMM (VM exit)',
  /** Of what the VMM finds in the guest's tables. */
  reflected: 'the guest (by way of the VMM)',
} as const;
const VMM = 'the VMM';

/** Watches `make`, which is a walk, or a load of PDPTE registers. */
export function explainWalk(
  walker: Walker,
  recorder: Recorder,
  access: Access,
  surroundings: Surroundings,
  make: () => WalkStatus,
  event: Walk['event'] = 'walk',
): Walk {
  const before = walker.observer;
  walker.observer = recorder;
  recorder.begin(event === 'pdpteLoad');
  const status = make();
  walker.observer = before;
  const steps = recorder.end();
  const count = (kind: string, by?: string): number =>
    steps.filter((step) => step.kind === kind && (by === undefined || (step.kind === 'saved' && step.by === by)))
      .length;
  return {
    event,
    tables: recorder.tables,
    access,
    steps,
    references: count('reference'),
    savedByWalkCache: count('saved', 'walk cache'),
    savedByNestedTlb: count('saved', 'nested TLB'),
    end: endOf(walker, status, access, surroundings, event),
  };
}

function endOf(
  walker: Walker,
  status: WalkStatus,
  { linear, type }: Access,
  { receiver, advancedExitInfo }: Surroundings,
  event: Walk['event'],
): WalkEnd {
  const offset = Number(BigInt(linear) & 0xfffn);
  const at = event === 'pdpteLoad' ? 'load' : 'access';
  switch (status) {
    case WALK.ok:
      return event === 'pdpteLoad' ? { kind: 'loaded' } : translated(walker, offset);
    case WALK.guestFault:
      return { kind: 'pageFault', errorCode: errorCode(walker.errorCode, type), cr2: linear, receiver };
    case WALK.generalProtection:
      return { kind: 'generalProtection', at, receiver };
    case WALK.nestedFault:
      return nestedFault(walker, offset, at, linear, advancedExitInfo);
  }
}

function translated(walker: Walker, offset: number): Translated {
  const { guestShift, hostShift, host } = walker;
  const pageShift = guestShift === 0 ? hostShift : Math.min(guestShift, hostShift);
  const rights = [
    ...(walker.hostReadable ? ['read'] : []),
    ...(walker.writable ? ['write'] : []),
    ...(walker.noExecute ? [] : ['fetch']),
    walker.guestUser ? 'user' : 'supervisor',
  ];
  return {
    kind: 'translated',
    systemPhysical: hex(addressOf(walker.frame) + offset),
    guestPhysical: host === null ? null : hex(addressOf(walker.guestFrame) + offset),
    guestPageBytes: guestShift === 0 ? null : 2 ** guestShift,
    hostPageBytes: host === null ? null : 2 ** hostShift,
    // With paging off and no nested tables there are no pages: an entry would hold 4 KiB.
    pageBytes: 2 ** (pageShift === 0 ? 12 : pageShift),
    splintered: guestShift > pageShift,
    rights,
    global: walker.global,
  };
}

function nestedFault(walker: Walker, offset: number, at: 'access' | 'load', linear: string, advanced: boolean): Fault {
  const guestPhysical = hex(walker.faultGpa + (walker.faultInTable ? 0 : offset));
  if (!walker.host!.format.readWriteExecute)
    return { kind: 'nestedPageFault', exitInfo1: exitInfo1(walker.exitInfo1), guestPhysical, receiver: VMM };
  if (walker.misconfigured) return { kind: 'eptMisconfiguration', guestPhysical, at, receiver: VMM };
  const access = at === 'access';
  const more = advanced && access ? walker.advancedQualification : 0;
  return {
    kind: 'eptViolation',
    qualification: qualification(walker.qualification(access) | more),
    guestPhysical,
    linear: access ? linear : '0x0',
    at,
    receiver: VMM,
  };
}

/** An access as the walker takes it: page number and bits of ACCESS. */
export function pageOf({ linear }: Access): number {
  return Number(BigInt(linear) >> 12n);
}

export function bitsOf({ type, user }: Access): number {
  return ACCESS[type] | (user ? ACCESS.user : 0);
}
