import { configOf } from './replay.js';
import type { RunConfig } from '../../config/schema.js';
import type { StrategyName } from '../../paging/index.js';
import { entryTo, FIRST_DATA_FRAME, RecordedTables } from '../../trace/generators/recorded-tables.js';
import { EVERY_STORE, faultInL2, type FaultMode } from '../../verify/nested/world-switches.js';
import { equal, type Check, type Finding } from './check.js';
import { ScriptedGuest, total } from './scripted-guest.js';

const ROOT = 0x100;
const PAGE = 5;
const READ_ONLY = ~2;
const WRITTEN = [1, 2, 3, 4] as const;

const filtered = (pfecFilter: boolean): RunConfig =>
  configOf({ machine: 'intel-skylake', set: [`vmm.pfecFilter=${pfecFilter}`] });

interface FirstTouch {
  readonly strategy: StrategyName;
  readonly pfecFilter?: boolean;
  /** To a frame that the host has not mapped yet. */
  readonly newFrame?: boolean;
}

/** Exits of a touch for which the guest writes the last so many entries on the way to a page: it has used the page, and taken them out again. */
function exitsOf(written: number, { strategy, pfecFilter = false, newFrame = false }: FirstTouch): number {
  const guest = new ScriptedGuest(strategy, 'full-system', filtered(pfecFilter));
  const { script } = guest;
  const tables = new RecordedTables(script, ROOT);
  tables.map(PAGE, FIRST_DATA_FRAME);
  script.event('cr3Write', ROOT * 4096);
  script.reference('write', PAGE);
  // The tables follow their root, from the top down, and the page is in the first entry of those above its own.
  const addressOf = (level: number): number => (level === 1 ? tables.leafAddress(PAGE) : (ROOT + 4 - level) * 4096);
  for (let level = written; level >= 1; level--) script.event('tableWrite', level, addressOf(level), 0);
  script.event('invlpg', PAGE * 4096);
  guest.run();
  script.event('pageFault', PAGE * 4096);
  for (let level = written; level > 1; level--)
    script.event('tableWrite', level, addressOf(level), entryTo(ROOT + 5 - level));
  script.event('tableWrite', 1, addressOf(1), entryTo(FIRST_DATA_FRAME + (newFrame ? 1 : 0)));
  script.reference('write', PAGE);
  const { exits, after } = guest.run();
  return after.counters.untranslatedRuns === 0 ? total(exits) : Number.NaN;
}

const firstTouches = (): Finding[] =>
  WRITTEN.flatMap((w) => {
    const of = (what: string, target: number, touch: FirstTouch): Finding =>
      equal(`exits of a first touch, w = ${w}: ${what}`, target, exitsOf(w, touch));
    return [
      of('every write of a table is caught', 1 + w + 1, { strategy: 'write-protect' }),
      of('the same with a filter of fault codes', w + 1, { strategy: 'write-protect', pfecFilter: true }),
      of('nested, the host has the frame', 0, { strategy: 'nested' }),
      of('nested, the host has no frame yet', 1, { strategy: 'nested', newFrame: true }),
    ];
  });

/** Exits of a fault of the guest's own, filtered by its code: on a page without the right to be written, and on one that is absent. */
function exitsOfOwnFault(present: boolean): number {
  const guest = new ScriptedGuest('write-protect', 'full-system', filtered(true));
  const { script } = guest;
  const tables = new RecordedTables(script, ROOT);
  tables.map(PAGE, FIRST_DATA_FRAME);
  script.event('tableSnapshot', 1, tables.leafAddress(PAGE), entryTo(FIRST_DATA_FRAME) & READ_ONLY);
  script.event('cr3Write', ROOT * 4096);
  script.reference('read', PAGE);
  guest.run();
  script.event('pageFault', (present ? PAGE : PAGE + 1) * 4096);
  return total(guest.run().exits);
}

const ownFaults = (): Finding[] => [
  equal('with the filter, exits of a fault of the guest itself: the page is absent', 0, exitsOfOwnFault(false)),
  equal('with the filter, exits of a fault of the guest itself: the page is present', 1, exitsOfOwnFault(true)),
];

interface Published {
  readonly mode: FaultMode;
  readonly what: string;
  readonly switches: (n: number) => number;
  readonly l0: (n: number) => number;
}

const PVM: readonly Published[] = [
  { mode: 'shadow', what: 'shadow on nested', switches: (n) => 4 * n + 8, l0: (n) => 2 * n + 4 },
  { mode: 'nested', what: 'nested on nested', switches: (n) => 2 * n + 6, l0: (n) => n + 3 },
  { mode: 'pvm', what: 'paravirtual on nested', switches: (n) => 2 * n + 4, l0: () => 0 },
];

const worldSwitches = (): Finding[] =>
  PVM.flatMap(({ mode, what, switches, l0 }) =>
    WRITTEN.flatMap((n) => {
      const made = faultInL2(mode, n, EVERY_STORE);
      return [
        equal(`world switches of a fault in L2, n = ${n}: ${what}`, switches(n), made.switches),
        equal(`exits to L0 of a fault in L2, n = ${n}: ${what}`, l0(n), made.l0),
      ];
    }),
  );

export const e7: Check = {
  id: 'E7',
  class: 'EXACT',
  title: 'VM exits and world switches of a page fault for which n entries are written',
  source: 'PVM, SOSP 2023: 4n + 8, 2n + 6, 2n + 4; exits of one level are derived from it; filter: Linux c7addb902054',
  tag: 'P',
  workload: 'one page, whose last entries are taken out and put back',
  findings: () => [...firstTouches(), ...ownFaults(), ...worldSwitches()],
};
