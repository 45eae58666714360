/** What follows from a probe, what does not, and why. */
import { excess } from './curve.js';
import { statedTlb, type StatedTlb } from './cpuid.js';
import { knees, type Knees } from './knees.js';
import { apartOf, curveOf, type Arm, type Probe } from './probe-file.js';

/** An answer, or that there is none, with its reason. */
export interface Answer<T> {
  readonly answer: T | 'unknown';
  readonly why: string;
}

export interface Conclusions {
  readonly small: Knees;
  /** null: pages of 2 MiB were not measured. */
  readonly huge: Knees | null;
  /** Whether TLB entries of 2 MiB pages hold 4 KiB only. */
  readonly splinters: Answer<'yes' | 'no'>;
  /** How this virtual machine is paged. */
  readonly paging: Answer<'nested' | 'none'>;
  /** What CPUID says of the data TLB; null: the C program did not run. */
  readonly cpuid: StatedTlb | null;
}

/** What no chase of loads can tell. */
export const UNKNOWABLE = [
  'entries for stores and fetches, and for pages of 1 GiB: loads of 4 KiB and 2 MiB pages are measured',
  'ways and replacement of the TLBs: both shape the step behind a knee, and are not told apart',
  'walk caches and the nested TLB: their effect is in the walks, which are measured as a whole',
  "how many of a virtual machine's neighbours share the caches: footprints above the second-level cache vary from run to run",
] as const;

export function conclusions(probe: Probe): Conclusions {
  const small = smallKnees(probe);
  const huge = 'missing' in probe.huge ? null : knees(curveOf(probe.huge), apartOf(probe.huge));
  const cpuid = 'missing' in probe.native ? null : statedTlb(probe.native.cpuid, probe.environment.vendor);
  return { small, huge, splinters: splinters(probe, small, huge), paging: paging(probe), cpuid };
}

/** Of 4 KiB pages, if these were measured. */
function smallKnees({ small, environment }: Probe): Knees {
  if (!gotHuge(small)) return knees(curveOf(small), apartOf(small));
  const why = `the kernel gave the chase of 4 KiB pages 2 MiB pages (transparent huge pages: ${environment.hugePages ?? 'unknown'}); with cc on PATH they are kept away`;
  return { first: null, second: null, secondHitNs: null, why: [why] };
}

function gotHuge({ hugeShare }: Arm): boolean {
  return (hugeShare ?? 0) > 0.05;
}

function splinters(
  { environment, small, huge: arm }: Probe,
  first: Knees,
  huge: Knees | null,
): Conclusions['splinters'] {
  if (huge === null)
    return { answer: 'unknown', why: `2 MiB pages not measured: ${'missing' in arm ? arm.missing : ''}` };
  if (gotHuge(small)) return { answer: 'unknown', why: first.why.join('; ') };
  const [one, other] = [first.first?.entries ?? null, huge.first?.entries ?? null];
  if (one === null) return { answer: 'unknown', why: 'no first-level knee of 4 KiB pages was seen' };
  if (other !== null && Math.abs(other - one) <= 0.05 * one)
    return {
      answer: 'yes',
      why: `in pages of 2 MiB the first level is full at ${other} lines in 4 KiB each, as with 4 KiB pages (${one})${
        environment.virtual === true ? ': the host maps this memory in 4 KiB pages' : ''
      }`,
    };
  if (!('missing' in arm) && isFlat(arm, one, first.secondHitNs))
    return { answer: 'no', why: `in pages of 2 MiB ${4 * one} lines in 4 KiB each do not fill the first level` };
  return {
    answer: 'unknown',
    why: `with 4 KiB pages the first level is full at ${one} lines, and with 2 MiB pages ${other === null ? 'noise hides where' : `at ${other}: neither the same nor far more`}`,
  };
}

/** Whether loads take no more up to four times a footprint, and too little noise for a second-level hit to hide in. */
function isFlat(arm: Arm, entries: number, hitNs: number | null): boolean {
  if (hitNs === null) return false;
  const points = excess(curveOf(arm)).filter(({ pages }) => pages > entries && pages <= 4 * entries);
  return points.length > 2 && points.every(({ ns, noise }) => ns < hitNs / 4 && noise < hitNs / 4);
}

/** Under shadow paging a page fault and a switch of address spaces each exit, and cost more than an exit. */
function paging({ environment, native }: Probe): Conclusions['paging'] {
  if (environment.virtual === null) return { answer: 'unknown', why: 'the system does not say whether it is virtual' };
  if (!environment.virtual) return { answer: 'none', why: 'CPUID names no hypervisor' };
  if ('missing' in native) return { answer: 'unknown', why: `no price of an exit: ${native.missing}` };
  const { cpuidExitNs, writeFaultNs, contextSwitchNs } = native.prices;
  const seen = `a page fault takes ${us(writeFaultNs)}, a context switch ${us(contextSwitchNs)}, an exit (CPUID) ${us(cpuidExitNs)}`;
  if (contextSwitchNs < 0) return { answer: 'unknown', why: 'no context switch could be measured' };
  return Math.max(writeFaultNs, contextSwitchNs) < cpuidExitNs
    ? { answer: 'nested', why: `${seen}: neither can hold an exit` }
    : { answer: 'unknown', why: `${seen}: they may hold an exit, or be slow without one` };
}

export function us(ns: number): string {
  return ns < 0 ? 'not measured' : `${(ns / 1000).toFixed(2)} µs`;
}
