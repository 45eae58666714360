/** What a profile does not know, and how it may be had. It is a range in plans, from the least to the most that can be. */
import { RATE_NAMES, type RateName } from '../profile.js';
import type { Draft } from './draft.js';
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

export function noteMissing(draft: Draft, { vendor, circumstances }: Around): void {
  for (const rate of RATE_NAMES) {
    if (draft.rates.has(rate)) continue;
    const none = vendor === 'amd' && (rate === 'walkCycles' || rate === 'walkRefs');
    draft.note(`${rate}: not known, and a range in plans; ${none ? 'AMD has no event for it' : HOW[rate]}`);
  }
  if (draft.exits.size === 0)
    draft.note('exits: not known, and a range in plans; perf kvm stat report has them by reason');
  if (circumstances.footprintMib === undefined)
    draft.note('footprintMib: not known, and a range in plans; --footprint-mib');
  if (circumstances.processes === undefined) draft.note('processes: not known, and a range in plans; --processes');
}
