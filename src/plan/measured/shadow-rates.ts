/** Under shadow paging page faults, loads of CR3, INVLPG and writes to tables exit: what the guest does of them. */
import { exactly, type Range } from '../range.js';
import { joined, plus, type Draft } from './draft.js';
import { isExit, type Evidence, type ExitEvidence } from './kvm-evidence.js';

/** KVM takes 2 or 3 exits for a page fault of the guest, besides those that only shadow tables have. */
const EXITS_A_FAULT = 2;
/** Entries of a leaf table, all of which may be written from when it goes out of sync until it is synced. */
const ENTRIES = 512;

export function shadowRates(
  exits: readonly ExitEvidence[],
  counters: ReadonlyMap<string, Evidence>,
  used: Set<string>,
  draft: Draft,
): void {
  const take = (name: string): Evidence | undefined => {
    if (counters.has(name)) used.add(name);
    return counters.get(name);
  };
  const injected = take('pf_guest');
  if (injected !== undefined)
    draft.rate('guestFaults', exactly(injected.perSecond), `${injected.from}: injected into the guest`);
  tableWrites(take('mmu_pte_write'), take('mmu_unsync'), draft);
  for (const exit of exits.filter((own) => isExit(own, 'EXCEPTION_NMI', 'PF excp')))
    draft.rate(
      'guestFaults',
      { low: 0, high: exit.perSecond / EXITS_A_FAULT },
      `${exit.from}: faults of shadow tables alone are among them, and each of the guest's takes ${EXITS_A_FAULT} or more`,
    );
  for (const exit of exits.filter((own) => isExit(own, 'write_cr3')))
    draft.rate('cr3Writes', exactly(exit.perSecond), exit.from);
  for (const exit of exits.filter((own) => isExit(own, 'CR_ACCESS')))
    draft.rate(
      'cr3Writes',
      { low: 0, high: exit.perSecond },
      `${exit.from}: other control registers included: at most`,
    );
  invlpgs(exits, take('invlpg'), draft);
}

function tableWrites(emulated: Evidence | undefined, unsync: Evidence | undefined, draft: Draft): void {
  const parts: readonly [Evidence | undefined, number][] = [
    [emulated, 1],
    [unsync, ENTRIES],
  ];
  const known = parts.filter((part): part is [Evidence, number] => part[0] !== undefined);
  if (known.length < parts.length) return;
  const range = known.map(([{ perSecond }, most]): Range => ({ low: perSecond, high: perSecond * most })).reduce(plus);
  const from = joined(known.map((part) => part[0].from));
  draft.rate('tableWrites', range, `${from}: a table out of sync is written once to ${ENTRIES} times`);
}

/** INVPCID flushes one page or all of them. */
function invlpgs(exits: readonly ExitEvidence[], counter: Evidence | undefined, draft: Draft): void {
  const own = exits.find((exit) => isExit(exit, 'INVLPG', 'invlpg')) ?? counter;
  const pcid = exits.find((exit) => isExit(exit, 'INVPCID', 'invpcid'));
  if (own === undefined && pcid === undefined) return;
  const least = own?.perSecond ?? 0;
  const from = [own?.from, pcid === undefined ? undefined : `${pcid.from}: of one page or of all`];
  draft.rate(
    'invlpgs',
    { low: least, high: least + (pcid?.perSecond ?? 0) },
    joined(from.filter((text) => text !== undefined)),
  );
}
