/** Exits by reason, as rates of what leads to them under any kind of paging, and as exits that do not depend on it. */
import { ConfigError } from '../../errors.js';
import { exactly } from '../range.js';
import { EXITS, type ExitCause } from '../../vmm/exits.js';
import type { Draft } from './draft.js';
import { placeOf } from './exit-places.js';
import { nestedRates } from './nested-rates.js';
import { isExit, type Evidence, type ExitEvidence } from './kvm-evidence.js';
import type { Around } from './report.js';
import { shadowRates } from './shadow-rates.js';

/** Exits on behalf of translation, which become rates. */
const OF_TRANSLATION = {
  nested: ['EPT_VIOLATION', 'npf', 'PML_FULL', 'write_cr3', 'INVLPG', 'invlpg'],
  shadow: ['EXCEPTION_NMI', 'PF excp', 'CR_ACCESS', 'write_cr3', 'INVLPG', 'invlpg', 'INVPCID', 'invpcid'],
} as const;
/** Where no report has exits by reason: counters that tell some of them. */
const COUNTED_EXITS: Readonly<Record<string, ExitCause>> = {
  io_exits: 'io',
  irq_exits: 'interrupt',
  irq_window_exits: 'interruptWindow',
  nmi_window_exits: 'interruptWindow',
  hypercalls: 'vmcall',
  mmio_exits: 'mmio',
};
/** Where exits go of which only the number is known: the commonest of those that are left. */
const REST: ExitCause = 'wrmsr';
/** Of the counters that say nothing that is not known otherwise. */
const TOTALS = ['exits', 'kvm_exit', 'kvm_entry', 'halt_exits', 'pf_taken', 'invlpg'];

export function exitRates(
  exits: readonly ExitEvidence[],
  counters: ReadonlyMap<string, Evidence>,
  { paging, circumstances }: Around,
  draft: Draft,
): void {
  if (exits.length > 0 && paging === null)
    throw new ConfigError(
      `${exits[0]!.place}: found exits that both kinds of paging have; expected --paging nested or --paging shadow`,
    );
  const used = new Set<string>();
  if (paging === 'nested') nestedRates(exits, counters, circumstances.hostPages, used, draft);
  if (paging === 'shadow') shadowRates(exits, counters, used, draft);
  for (const exit of exits) addExit(exit, paging === 'shadow' ? 'shadow' : 'nested', draft);
  times(exits, paging === 'shadow', draft);
  if (exits.length === 0) addCountedExits(counters, used, draft);
  if (paging === null && counters.has('pf_fixed')) {
    used.add('pf_fixed');
    draft.note(
      'pf_fixed: not used: it counts first touches under nested paging, others under shadow paging (--paging)',
    );
  }
  const left = [...counters.keys()].filter((name) => !used.has(name) && !TOTALS.includes(name));
  if (left.length > 0) draft.note(`${left.join(', ')}: not used: told otherwise, or nothing of a profile`);
}

function addExit(exit: ExitEvidence, paging: 'nested' | 'shadow', draft: Draft): void {
  const { name, perSecond, from } = exit;
  if (exit.exit.idle) return draft.note(`${name}: left out: the guest had nothing to do`);
  if (isExit(exit, 'PML_FULL'))
    return draft.note(`${name}: left out: pages that were written were logged, as for a migration`);
  if (isExit(exit, ...OF_TRANSLATION[paging])) return;
  const place = placeOf(exit.exit);
  if (place === null) return draft.note(`${name}: left out: no cause of an exit comes near (vmmu list exits)`);
  draft.exit(place.cause, exactly(perSecond), place.why === null ? from : `${from}: ${place.why}`);
}

/** Only beside the total: without it what no counter tells would stand for none. */
function addCountedExits(counters: ReadonlyMap<string, Evidence>, used: Set<string>, draft: Draft): void {
  const total = counters.get('exits');
  if (total === undefined) {
    if (counters.size > 0)
      draft.note('exits: not used: counters tell some kinds, and `exits`, all of them, is not there');
    return;
  }
  let rest = total.perSecond - (counters.get('halt_exits')?.perSecond ?? 0);
  for (const [name, cause] of Object.entries(COUNTED_EXITS)) {
    const counter = counters.get(name);
    if (counter === undefined) continue;
    used.add(name);
    rest -= counter.perSecond;
    draft.exit(cause, exactly(counter.perSecond), counter.from);
  }
  if (rest > 0) draft.exit(REST, { low: 0, high: rest }, `${total.from}: those that no counter tells, at most`);
}

/** Of exits that go to one cause together, their mean by how often they come. */
function times(exits: readonly ExitEvidence[], shadow: boolean, draft: Draft): void {
  const byCause = new Map<ExitCause, ExitEvidence[]>();
  for (const exit of exits) {
    if (exit.exit.idle || exit.exit.meanMicroseconds === null || exit.exit.count === 0) continue;
    for (const cause of causesOf(exit, shadow)) byCause.set(cause, [...(byCause.get(cause) ?? []), exit]);
  }
  for (const [cause, own] of byCause) {
    const weight = own.reduce((sum, { exit }) => sum + exit.count, 0);
    const mean = own.reduce((sum, { exit }) => sum + exit.count * exit.meanMicroseconds!, 0) / weight;
    const names = own.map(({ name }) => name).join(' and ');
    draft.time(cause, exactly(mean), `${own[0]!.place}: mean of ${names}, from the exit to the next entry`);
  }
}

function causesOf(exit: ExitEvidence, shadow: boolean): readonly ExitCause[] {
  if (isExit(exit, 'EPT_VIOLATION', 'npf')) return ['nestedFault'];
  if (shadow && isExit(exit, 'EXCEPTION_NMI', 'PF excp')) return ['hiddenFault', 'guestFault'];
  if (shadow && isExit(exit, 'CR_ACCESS')) return ['cr3Write'];
  const { cause } = exit.exit;
  if (cause !== null && EXITS[cause].memory) return [cause];
  const place = placeOf(exit.exit);
  return place === null ? [] : [place.cause];
}
