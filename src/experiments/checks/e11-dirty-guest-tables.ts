import type { MachineName } from '../../config/machines/index.js';
import { configOf } from './replay.js';
import { EPT } from '../../memory/formats/index.js';
import { ACCESS } from '../../mmu/dimension.js';
import { NESTED } from '../../mmu/walk-observer.js';
import { FIRST_DATA_FRAME, RecordedTables } from '../../trace/generators/recorded-tables.js';
import { all, equal, type Check, type Finding } from './check.js';
import { ScriptedGuest } from './scripted-guest.js';

const ROOT = 0x100;
const PAGE = 5;
const WALKS = 8;
const LEVELS = 4;

/** A processor that has accessed and dirty bits in EPT, and one that came before them. */
const [WITH, WITHOUT] = ['intel-skylake', 'intel-sandybridge'] as const satisfies readonly MachineName[];

/** Before the VMM has mapped anything. */
function freshGuest(machine: MachineName): ScriptedGuest {
  const config = configOf({ machine, walkCaches: 'none' });
  const guest = new ScriptedGuest('nested', 'full-system', config);
  new RecordedTables(guest.script, ROOT).map(PAGE, FIRST_DATA_FRAME);
  guest.script.event('cr3Write', ROOT * 4096);
  guest.run();
  return guest;
}

/**
 * What reads of a page leave in the nested leaves of the guest's tables and, last, of the data, walk by walk: whether they are dirty. Their bits are
 * cleared before each.
 */
function dirtyAfterReads(machine: MachineName): boolean[][] {
  const guest = freshGuest(machine);
  const { memory, walker } = guest.cell.platform;
  const read = (): void => {
    guest.script.reference('read', PAGE);
    guest.script.event('invlpg', PAGE * 4096);
    guest.run();
  };
  read();
  let leaves: number[] = [];
  walker.observer = {
    reference: (dimension, level, address) => {
      if (dimension === NESTED && level === 1) leaves.push(address);
    },
    update: () => undefined,
  };
  const at = (address: number) => [Math.floor(address / 4096), (address % 4096) / 4] as const;
  read();
  return [...Array(WALKS).keys()].map(() => {
    for (const address of leaves) memory.write(...at(address), memory.read(...at(address)) & ~EPT.dirty);
    leaves = [];
    read();
    return leaves.map((address) => (memory.read(...at(address)) & EPT.dirty) !== 0);
  });
}

const ofTables = (walks: readonly boolean[][]): boolean[] => walks.flatMap((leaves) => leaves.slice(0, LEVELS));
const ofData = (walks: readonly boolean[][]): boolean[] => walks.flatMap((leaves) => leaves.slice(LEVELS));
const not = (isDirty: boolean): boolean => !isDirty;

/** Bits 0 and 1 of the exit qualification, read and write, when the frame of the guest's root is not mapped. */
function accessOfTable(machine: MachineName): number {
  const { walker } = freshGuest(machine).cell.platform;
  walker.walk(PAGE, ACCESS.user);
  return walker.qualification(true) & 3;
}

function findings(): Finding[] {
  const [marked, unmarked] = [dirtyAfterReads(WITH), dirtyAfterReads(WITHOUT)];
  return [
    all(`with A/D bits, frames of guest tables that ${WALKS} reads of a page make dirty again`, ofTables(marked)),
    all('with A/D bits, frames of data that these reads leave clean', ofData(marked).map(not)),
    all('without A/D bits, frames of guest tables that stay clean', ofTables(unmarked).map(not)),
    equal(
      'with A/D bits, exit qualification for a guest table that is not mapped: read and write',
      3,
      accessOfTable(WITH),
    ),
    equal('without A/D bits, the same: read', 1, accessOfTable(WITHOUT)),
  ];
}

export const e11: Check = {
  id: 'E11',
  class: 'EXACT',
  title: 'With A/D bits in EPT, walks make the frames of the tables of the guest dirty',
  source: 'Intel SDM vol. 3C, 29.3.5 and table 28-7 (326019-082)',
  tag: 'P',
  workload: `one page, read ${WALKS} times, each with a walk`,
  findings,
};
