import type { MachineName } from '../../config/machines/index.js';
import { resolveConfig } from '../../config/resolve.js';
import type { StrategyName } from '../../paging/index.js';
import { SharedProcessor } from '../../run/shared-processor.js';
import type { TraceCharacteristics } from '../../trace/event.js';
import { scriptCharacteristics } from '../../trace/generate-events.js';
import { MEMORY, takeMemory } from '../../trace/generators/program.js';
import { entryTo, FIRST_DATA_FRAME, RecordedTables } from '../../trace/generators/recorded-tables.js';
import { Script } from '../../trace/generators/script.js';
import { all, equal, holds, type Check, type Finding } from './check.js';

const PAGES = 6;
const ROUNDS = 10;

/** Two virtual machines that have one processor by turns. */
class ByTurns {
  readonly scripts = [new Script(), new Script()] as const;
  private readonly shared: SharedProcessor;

  constructor(
    strategy: StrategyName,
    source: TraceCharacteristics['source'],
    machine: MachineName,
    set: readonly string[],
  ) {
    const config = resolveConfig({ machine, set }, () => '');
    const spec = { strategy, characteristics: scriptCharacteristics(source), config };
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

/** Programs with memory in use. */
function programs(strategy: StrategyName, machine: MachineName, ...set: readonly string[]): ByTurns {
  const turns = new ByTurns(strategy, 'user', machine, ['guest.memoryMib=64', ...set]);
  for (const script of turns.scripts) takeMemory(script, PAGES);
  for (const place of [0, 1] as const) turns.run(place);
  return turns;
}

function worldSwitches(strategy: StrategyName): Finding[] {
  const switched = (tagged: boolean): { readonly before: number; readonly after: number }[] => {
    const turns = programs(strategy, 'intel-skylake', `machine.taggedTlb=${tagged}`);
    return [...Array(ROUNDS).keys()].map((round) => {
      const [now, next] = round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
      for (const place of [now, next]) turns.scripts[place].touch('write', MEMORY, PAGES);
      const before = turns.run(now);
      turns.leave();
      if (tagged) turns.run(next);
      return { before, after: turns.held(now) };
    });
  };
  return [
    all(
      `${strategy}, world switches without VPIDs that leave the TLB empty`,
      switched(false).map(({ before, after }) => before >= PAGES && after === 0),
    ),
    all(
      `${strategy}, world switches with VPIDs and a turn of another that leave all entries`,
      switched(true).map(({ before, after }) => before >= PAGES && after === before),
    ),
  ];
}

/** The VMM of one machine empties it, for a new CR3 under shadow paging, while the other holds entries. */
function flush(machine: MachineName, guestFlush: 'all-asids' | 'new-asid') {
  const turns = programs('shadow', machine, `vmm.guestFlush=${guestFlush}`);
  for (const script of turns.scripts) script.touch('write', MEMORY, PAGES);
  for (const place of [1, 0] as const) turns.run(place);
  const before = turns.held(1);
  turns.scripts[0].event('exec');
  turns.run(0);
  return { before, after: turns.held(1) };
}

function flushes(): Finding[] {
  const without = flush('amd-barcelona', 'all-asids');
  const withIt = flush('amd-zambezi', 'all-asids');
  return [
    holds(
      'the other machine holds entries before a flush',
      `at least ${PAGES}`,
      `${without.before}`,
      without.before >= PAGES,
    ),
    equal('entries of the other machine after a flush without FlushByAsid, by TLB_CONTROL 1', 0, without.after),
    equal('entries of the other machine after a flush with FlushByAsid', withIt.before, withIt.after),
  ];
}

const ROOT = 0x100;
const GLOBAL = 0x100;
const GLOBAL_PAGES = 2;

/** MOV to CR3 by one of two guests under nested paging, each with pages of its own and global ones. */
function cr3Loads(): Finding[] {
  const turns = new ByTurns('nested', 'full-system', 'intel-skylake', []);
  for (const script of turns.scripts) {
    const tables = new RecordedTables(script, ROOT);
    for (let page = 0; page < PAGES; page++) {
      const entry = entryTo(FIRST_DATA_FRAME + page) + (page < GLOBAL_PAGES ? GLOBAL : 0);
      script.event('tableSnapshot', 1, tables.leafAddress(MEMORY + page), entry);
    }
    script.event('cr3Write', ROOT * 4096);
    script.touch('read', MEMORY, PAGES);
  }
  const other = turns.run(1);
  const before = turns.run(0);
  turns.scripts[0].event('cr3Write', ROOT * 4096);
  const after = turns.run(0);
  return [
    equal('combined entries of a guest before MOV to CR3: of each page, in both levels', 2 * PAGES, before),
    equal('combined entries that it keeps: of global pages', 2 * GLOBAL_PAGES, after),
    equal('combined entries that another VPID keeps', other, turns.held(1)),
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
