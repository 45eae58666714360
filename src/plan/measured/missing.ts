/** What a profile does not know: what stands for it in plans (unknowns.ts), and how it may be had. */
import { RATE_NAMES, type RateName } from '../profile.js';
import { PER_FAULT, UNKNOWN } from '../unknowns.js';
import type { Range } from '../range.js';
import { count, type Draft } from './draft.js';
import type { Around } from './report.js';

const FROM_EVENTS = 'perf stat with the events of vmmu plan profile --events';
const HOW: Readonly<Record<RateName, string>> = {
  busyCycles: `${FROM_EVENTS}: cycles`,
  references: FROM_EVENTS,
  tlbMisses: FROM_EVENTS,
  walkRefs: 'page_walker_loads.* of Haswell; no other processor counts them',
  walkCycles: `${FROM_EVENTS}: walk_pending`,
  guestFaults: 'perf stat -e page-faults in the guest, or pf_guest of KVM under shadow paging',
  tableWrites: 'mmu_pte_write and mmu_unsync of KVM under shadow paging, or a trace of the guest',
  cr3Writes: 'perf stat -e context-switches in the guest, or exits under shadow paging',
  invlpgs: 'exits under shadow paging, or a trace of the guest',
  firstTouches: 'EPT_VIOLATION or npf exits, or pf_fixed of KVM, under nested paging',
};

const PER_SECOND = 'for each busy second';
const FOR_A_FAULT = 'for each guest fault';
const STANDS: Readonly<Partial<Record<RateName, string>>> = {
  busyCycles: 'as busy as the fleet says',
  walkCycles: share(UNKNOWN.walkShare, 'busy cycles, as several walks at a time count each'),
  guestFaults: `${between(UNKNOWN.guestFaults)} ${PER_SECOND}`,
  cr3Writes: `${between(UNKNOWN.cr3Writes)} ${PER_SECOND}`,
  tableWrites: `${between(PER_FAULT.tableWrites)} ${FOR_A_FAULT}`,
  invlpgs: `${between(PER_FAULT.invlpgs)} ${FOR_A_FAULT}`,
  firstTouches: `${between(PER_FAULT.firstTouches)} ${FOR_A_FAULT}`,
};

export function noteMissing(draft: Draft, { vendor, circumstances }: Around): void {
  for (const rate of RATE_NAMES) {
    if (draft.rates.has(rate)) continue;
    const none = vendor === 'amd' && (rate === 'walkCycles' || rate === 'walkRefs');
    const stands = STANDS[rate] ?? 'follows from what is known';
    draft.note(`${rate}: not known, and ${stands} in plans; ${none ? 'AMD has no event for it' : HOW[rate]}`);
  }
  if (draft.exits.size === 0)
    draft.note(
      `exits: not known, and ${between(UNKNOWN.otherExits)} ${PER_SECOND} in plans; perf kvm stat report has them by reason`,
    );
  if (circumstances.footprintMib === undefined)
    draft.note('footprintMib: not known, and up to its memory in plans; --footprint-mib');
  if (circumstances.processes === undefined)
    draft.note(`processes: not known, and ${between(UNKNOWN.processes)} in plans; --processes`);
}

function between({ low, high }: Range): string {
  return `${count(low)} to ${count(high)}`;
}

function share({ low, high }: Range, of: string): string {
  return `${count(100 * low)} to ${count(100 * high)} % of the ${of}`;
}
