/** Exits of each event under a stack of hypervisors: counted over a series, after the first of it. */
import { EXITS, type ExitCause, type ExitDefinition } from '../../vmm/exits.js';
import { NESTED_EVENTS, type NestedEventName } from './events.js';
import { offered, usable, type FeatureSet } from './features.js';
import { MeasuredGuest, type Stack } from './guest.js';

export interface EventExits {
  readonly event: NestedEventName;
  /** Exits of the machine, and exits of L2 that L1's hypervisor handles, for one event. */
  readonly l0Exits: number;
  readonly l1Exits: number;
  /** Those of the machine by SVM exit code, or VMX exit reason. */
  readonly byCode: Readonly<Record<string, number>>;
  /** Of L1's hypervisor: exits for reading DEBUGCTL have the same code as those of L2's own MSR accesses. */
  readonly debugctlReads: number;
}

/** Events before anything is counted, so that what the first one needs is there. */
const WARM = 2;
const SERIES = 32;

/** Each level has what it is asked to use and can. @param l1 null: the guest runs on L0 */
export function stackOf(l0: FeatureSet, l1: FeatureSet | null): Stack {
  return { l0: usable(l0), l1: l1 === null ? null : offered(l0, l1) };
}

export function replayEvent(stack: Stack, event: NestedEventName): EventExits {
  const guest = new MeasuredGuest(stack);
  const once = NESTED_EVENTS[event].begin(guest);
  for (let at = 0; at < WARM; at++) once(at);
  const before = { ...guest.exits };
  const { reflected, ownMsrExits } = guest;
  for (let at = WARM; at < WARM + SERIES; at++) once(at);
  const each = (count: number): number => count / SERIES;
  const byCode = new Map<string, number>();
  for (const [cause, count] of Object.entries(guest.exits) as [ExitCause, number][]) {
    const code = codeOf(cause, stack);
    if (count > before[cause]) byCode.set(code, (byCode.get(code) ?? 0) + each(count - before[cause]));
  }
  return {
    event,
    l0Exits: [...byCode.values()].reduce((sum, count) => sum + count, 0),
    l1Exits: each(guest.reflected - reflected),
    byCode: Object.fromEntries(byCode),
    debugctlReads: each(guest.exits.rdmsr - before.rdmsr - (guest.ownMsrExits - ownMsrExits)),
  };
}

export function replayEvents(stack: Stack): EventExits[] {
  return (Object.keys(NESTED_EVENTS) as NestedEventName[]).map((event) => replayEvent(stack, event));
}

function codeOf(cause: ExitCause, { l0, l1 }: Stack): string {
  const { svm, vmx }: ExitDefinition = EXITS[cause];
  const paging = (l1 ?? l0).npt;
  // KVM's entries for MMIO are misconfigured; under shadow paging what nothing maps is a page fault.
  if (l0.vmx) return cause === 'mmio' ? (paging ? '49' : '0') : vmx === null ? 'none' : String(vmx.number);
  // KVM leaves the intercept of all CR0 writes off, and takes the selective one.
  if (cause === 'cr0Write') return '0x65';
  if (cause === 'mmio' && !paging) return '0x4e';
  return svm === null ? 'none' : `0x${svm.code.toString(16)}`;
}
