import { configOf } from './replay.js';
import { RecordedTables, FIRST_DATA_FRAME } from '../../trace/generators/recorded-tables.js';
import { equal, type Check } from './check.js';
import { ScriptedGuest } from './scripted-guest.js';

const ROOT = 0x100;
const PAGE = 5;
const LEVELS = 4;

export interface Switched {
  readonly what: string;
  /** Level of the highest table in nested mode; 0: none. */
  readonly moved: number;
  readonly nestedAtFirst?: number;
  readonly refs: number;
}

export const SWITCHES: readonly Switched[] = [
  { what: '4 levels of shadow tables', moved: 0, refs: 4 },
  { what: '3, then the leaf table of the guest', moved: 1, refs: 8 },
  { what: '2, then 2 levels of the guest', moved: 2, refs: 12 },
  { what: '1, then 3 levels of the guest', moved: 3, refs: 16 },
  { what: 'none, the place of the guest root is known', moved: 4, refs: 20 },
  { what: 'none, the guest root is found through nested tables', moved: 0, nestedAtFirst: 1, refs: 24 },
];

/** References of one walk for the page, after a first one has met all faults. Two writes to a table move it, and what is below, to nested mode. */
export function refsOf({ moved, nestedAtFirst = 0 }: Switched): number {
  const set = ['vmm.intervalRefs=1000', `vmm.agile.nestedAtFirst=${nestedAtFirst}`];
  const guest = agileGuest(set);
  const { script } = guest;
  script.reference('read', PAGE);
  guest.run();
  const table = ROOT + LEVELS - moved;
  for (const entry of moved === 0 ? [] : [300, 301]) script.event('tableWrite', moved, table * 4096 + entry * 8, 0);
  script.reference('read', PAGE);
  script.event('invlpg', PAGE * 4096);
  guest.run();
  script.reference('read', PAGE);
  const { before, after } = guest.run();
  return after.counters.walks - before.counters.walks === 1
    ? after.counters.walkRefs - before.counters.walkRefs
    : Number.NaN;
}

/** The tables of the page follow their root, from the top down. */
function agileGuest(set: readonly string[]): ScriptedGuest {
  const guest = new ScriptedGuest('agile', 'full-system', configOf({ machine: 'yardstick', set }));
  new RecordedTables(guest.script, ROOT).map(PAGE, FIRST_DATA_FRAME);
  guest.script.event('cr3Write', ROOT * 4096);
  return guest;
}

export const e3: Check = {
  id: 'E3',
  class: 'EXACT',
  title: 'References of a walk that begins in k levels of shadow tables and goes on in those of the guest',
  source: 'Gandhi, Hill, Swift, Agile Paging, ISCA 2016: 4 to 24, quoted by secondary texts; g + n (g - k)',
  tag: 'S',
  workload: 'one page, walked again after two writes to a table of each level',
  findings: () => SWITCHES.map((switched) => equal(switched.what, switched.refs, refsOf(switched))),
};
