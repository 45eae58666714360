/** Machines that had a processor by turns, beside each by itself: as tables, CSV and JSON. */
import { EXIT_CAUSES } from '../vmm/exits.js';
import { csv } from './csv.js';
import { decimal, NONE, whole } from './number-text.js';
import { left, right, type RowGroup, type Sheet } from './sheet.js';
import { withoutEmptyPoint } from './points.js';
import type { ShareRow } from './share-row.js';
import { reportText } from './table.js';

type Rows = readonly ShareRow[];

const NOTES = [
  'alone: the trace by itself, as vmmu run replays it; shared: all traces by turns. A machine whose trace has ended leaves the others alone.',
  'TLB entries are counted in each level that holds them.',
  'Left out: what host and VMM themselves leave in TLBs and caches, and the cost of choosing whose turn it is.',
];

export function shareTable(rows: Rows): string {
  const { machine, costs } = rows[0]!.shared;
  const slice = `slices of ${whole(rows[0]!.sliceRefs)} references`;
  const inexact = [...new Set(rows.map(({ shared }) => shared.exactness))].filter((label) => label !== 'exact');
  return reportText({
    sections: [
      {
        title: `Machine ${machine}, exit prices ${costs}, ${slice}`,
        sheets: [translationSheet(rows), switchSheet(rows), exitSheet(rows)],
      },
    ],
    notes: [...inexact, ...NOTES],
  });
}

function translationSheet(rows: Rows): Sheet {
  const times = (one: number, other: number): string => (other === 0 ? NONE : `${decimal(one / other, 2)} ×`);
  return {
    title: 'Translation: alone and shared',
    columns: [
      left('VM'),
      right('\nrefs'),
      right('TLB misses\nalone'),
      right('\nshared'),
      right('\nmore'),
      right('walk refs\nalone'),
      right('\nshared'),
      right('cycles\nalone'),
      right('\nshared'),
      right('\nmore'),
    ],
    groups: groups(rows, ({ vm, alone, shared }) => [
      [
        `${vm} ${shared.trace}`,
        whole(shared.counters.refs),
        whole(alone.counters.tlbMisses),
        whole(shared.counters.tlbMisses),
        times(shared.counters.tlbMisses, alone.counters.tlbMisses),
        whole(alone.counters.walkRefs),
        whole(shared.counters.walkRefs),
        whole(alone.cycles.total),
        whole(shared.cycles.total),
        times(shared.cycles.total, alone.cycles.total),
      ],
    ]),
  };
}

function switchSheet(rows: Rows): Sheet {
  return {
    title: 'World switches, tags, and TLB entries lost',
    columns: [
      left('VM'),
      right('slices\nended'),
      right('world\nswitches'),
      right('ASIDs\ngiven'),
      right('lost to\nown switches'),
      right("lost to others'\nflushes"),
      right("lost to others'\nentries"),
    ],
    groups: groups(rows, ({ vm, shared, counts }) => [
      [
        `${vm} ${shared.trace}`,
        whole(counts.slices),
        whole(counts.worldSwitches),
        whole(counts.asids),
        whole(counts.lostToSwitches),
        whole(counts.lostToFlushes),
        whole(counts.lostToRoom),
      ],
    ]),
  };
}

function exitSheet(rows: Rows): Sheet {
  const count = ({ vmmInvocations }: ShareRow['alone'], cause: string): number =>
    vmmInvocations.find((exit) => exit.cause === cause)?.count ?? 0;
  return {
    title: 'VM exits by cause',
    columns: [left('VM'), left('cause'), right('alone'), right('shared')],
    groups: groups(rows, ({ vm, alone, shared }) =>
      EXIT_CAUSES.filter((cause) => count(alone, cause) + count(shared, cause) > 0).map((cause, at) => [
        at === 0 ? `${vm} ${shared.trace}` : '',
        cause,
        whole(count(alone, cause)),
        whole(count(shared, cause)),
      ]),
    ),
  };
}

/** A group of lines for each strategy. */
function groups(rows: Rows, lines: (row: ShareRow) => readonly (readonly string[])[]): RowGroup[] {
  const strategies = [...new Set(rows.map(({ shared }) => shared.strategy))];
  return strategies.map((strategy) => ({
    heading: strategy,
    rows: rows.filter(({ shared }) => shared.strategy === strategy).flatMap(lines),
  }));
}

const COUNTERS = ['tlbMisses', 'walks', 'walkRefs', 'guestFaults', 'vmExits', 'mmuVmExits', 'tlbFlushes'] as const;

/** One line for each machine and strategy; what it counted alone bears `alone` in its name. */
export function shareCsv(rows: Rows): string {
  const records = rows.map(({ vm, sliceRefs, counts, alone, shared }) => ({
    ...{ trace: shared.trace, vm, machine: shared.machine, costs: shared.costs, strategy: shared.strategy },
    ...{ guestPages: shared.guestPages, hostPages: shared.hostPages, exactness: shared.exactness, sliceRefs },
    ...counts,
    refs: shared.counters.refs,
    ...Object.fromEntries(COUNTERS.map((name) => [name, shared.counters[name]])),
    ...Object.fromEntries(
      COUNTERS.map((name) => [`alone${name[0]!.toUpperCase()}${name.slice(1)}`, alone.counters[name]]),
    ),
    totalCycles: shared.cycles.total,
    aloneTotalCycles: alone.cycles.total,
  }));
  return csv({ columns: Object.keys(records[0]!), records: records.map((record) => Object.values(record)) });
}

export function shareJson(rows: Rows): string {
  return `${JSON.stringify({ schema: 'vmmu/share@1', rows }, withoutEmptyPoint, 2)}\n`;
}
