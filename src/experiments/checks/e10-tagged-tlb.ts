import type { MachineName } from '../../config/machines/index.js';
import { configOf } from './replay.js';
import type { StrategyName } from '../../paging/index.js';
import { SharedProcessor } from '../../run/shared-processor.js';
import { scriptCharacteristics } from '../../trace/generate-events.js';
import { MEMORY } from '../../trace/generators/program.js';
import { entryTo, FIRST_DATA_FRAME, RecordedTables } from '../../trace/generators/recorded-tables.js';
import { Script } from '../../trace/generators/script.js';
import { all, equal, type Check, type Finding } from './check.js';

const PAGES = 6;
/** Entries of all pages: one in each level of the TLB. */
const HELD = 2 * PAGES;
const ROUNDS = 10;
const ROOT = 0x100;
const GLOBAL = 0x100;
const GLOBAL_PAGES = 2;

/** Two virtual machines that have one processor by turns. */
class ByTurns {
  readonly scripts = [new Script(), new Script()] as const;
  private readonly shared: SharedProcessor;

  constructor(strategy: StrategyName, machine: MachineName, set: readonly string[]) {
    const config = configOf({ machine, set });
    const spec = { strategy, characteristics: scriptCharacteristics('full-system'), config };
    this.shared = new SharedProcessor(this.scripts.map(({ pages }) => ({ spec, pages })));
  }

  /** One of them runs what has been written down for it. @returns TLB entries that it holds at the end, before it is left */
  run(place: 0 | 1): number {
    const machine = this.shared.machines[place]!;
    for (const batch of this.scripts[place].take(true)) this.shared.replay(machine, batch);
    return machine.held;
  }

  /** The one that runs is left. */
  leave(): void {
    this.shared.endSlice();
  }

  held(place: 0 | 1): number {
    return this.shared.machines[place]!.held;
  }
}

/** Each has used its pages, of which the first are global. */
function guests(strategy: StrategyName, machine: MachineName, ...set: readonly string[]): ByTurns {
  const turns = new ByTurns(strategy, machine, set);
  for (const script of turns.scripts) {
    const tables = new RecordedTables(script, ROOT);
    for (let page = 0; page < PAGES; page++) {
      const entry = entryTo(FIRST_DATA_FRAME + page) + (page < GLOBAL_PAGES ? GLOBAL : 0);
      script.event('tableSnapshot', 1, tables.leafAddress(MEMORY + page), entry);
    }
    script.event('cr3Write', ROOT * 4096);
    script.touch('read', MEMORY, PAGES);
  }
  for (const place of [1, 0] as const) turns.run(place);
  return turns;
}

function worldSwitches(strategy: StrategyName): Finding[] {
  const switched = (tagged: boolean): { readonly before: number; readonly after: number }[] => {
    const turns = guests(strategy, 'intel-skylake', `machine.taggedTlb=${tagged}`);
    return [...Array(ROUNDS).keys()].map((round) => {
      const [now, next] = round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
      for (const place of [now, next]) turns.scripts[place].touch('read', MEMORY, PAGES);
      const before = turns.run(now);
      turns.leave();
      if (tagged) turns.run(next);
      return { before, after: turns.held(now) };
    });
  };
  return [
    all(
      `${strategy}, world switches without VPIDs that leave the TLB empty`,
      switched(false).map(({ before, after }) => before === HELD && after === 0),
    ),
    all(
      `${strategy}, world switches with VPIDs and a turn of another that leave all entries`,
      switched(true).map(({ before, after }) => before === HELD && after === before),
    ),
  ];
}

/** The VMM of one machine empties it, for a new CR3 under shadow paging, while the other holds entries. */
function flush(machine: MachineName, guestFlush: 'all-asids' | 'new-asid') {
  const turns = guests('shadow', machine, `vmm.guestFlush=${guestFlush}`);
  for (const script of turns.scripts) script.touch('read', MEMORY, PAGES);
  for (const place of [1, 0] as const) turns.run(place);
  const before = turns.held(1);
  turns.scripts[0].event('cr3Write', ROOT * 4096);
  turns.run(0);
  return { before, after: turns.held(1) };
}

function flushes(): Finding[] {
  const without = flush('amd-barcelona', 'all-asids');
  const withIt = flush('amd-zambezi', 'all-asids');
  return [
    equal('entries of the other machine before a flush without FlushByAsid', HELD, without.before),
    equal('entries of the other machine after a flush without FlushByAsid, by TLB_CONTROL 1', 0, without.after),
    equal('entries of the other machine after a flush with FlushByAsid', HELD, withIt.after),
  ];
}

/** MOV to CR3 by one of two guests under nested paging, each with pages of its own and global ones. */
function cr3Loads(): Finding[] {
  const turns = guests('nested', 'intel-skylake');
  const before = turns.held(0);
  turns.scripts[0].event('cr3Write', ROOT * 4096);
  const after = turns.run(0);
  return [
    equal('combined entries of a guest before MOV to CR3: of each page, in both levels', HELD, before),
    equal('combined entries that it keeps: of global pages', 2 * GLOBAL_PAGES, after),
    equal('combined entries that another VPID keeps', HELD, turns.held(1)),
  ];
}

export const e10: Check = {
  id: 'E10',
  class: 'EXACT',
  title: 'What tags save: TLB entries that are left after world switches, flushes and MOV to CR3',
  source: 'Intel SDM vol. 3C, 29.4 (326019-082); TLB_CONTROL in vmcb.h of Xen',
  tag: 'P',
  workload: `two virtual machines by turns, ${PAGES} pages each`,
  findings: () => [...worldSwitches('shadow'), ...worldSwitches('nested'), ...flushes(), ...cr3Loads()],
};
