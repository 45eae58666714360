/**
 * "About 100 times too slow": the passage's remark on an operating system that would use the new mode in its own kernel (Hennessy & Patterson,
 * 4th ed., p. 340). What each sensitive operation costs in each way of running a guest, as a multiple of bare metal.
 */
import type { Figure } from '../../figures/figure.js';
import { decimal, NONE } from '../../report/number-text.js';
import type { Records } from '../../report/records.js';
import { left, right, type Section, type Sheet } from '../../report/sheet.js';
import type { Experiment } from '../experiment.js';
import { evidence, type Reading } from './evidence.js';
import { OPERATION_NAMES, OPERATIONS } from './operations.js';
import { priceTable, rowOf, type PriceRow } from './price-table.js';
import { GENERATIONS, WAY_NAMES, WAYS, type Generation } from './ways.js';

/** Generations that the tables show; the records have all. */
const SHOWN: readonly string[] = ['intel-prescott', 'intel-cascadelake', 'amd-zen2'];
const HUNDRED = 100;

export const hundredTimes: Experiment = {
  title: '"about 100 times too slow": what the new mode costs, by operation',
  source: 'Hennessy & Patterson, 4th ed., p. 340; prices and evidence by row',
  run: ({ quick }, progress) => {
    const generations = GENERATIONS.filter(({ machine }) => !quick || SHOWN.includes(machine));
    const rows = priceTable(generations, progress);
    const readings = evidence(rows);
    return Promise.resolve({
      answer: answer(rows, readings),
      introduction: INTRODUCTION,
      sections: sections(rows, readings, generations),
      notes: NOTES,
      records: { prices: priceRecords(rows), evidence: evidenceRecords(readings) },
      figures: figures(rows, generations),
    });
  },
};

const INTRODUCTION = [
  'The passage ends with irony: if operating systems used the new mode in their own kernel, it would be "about 100 times too slow" (Hennessy & Patterson, 4th ed., p. 340). It names no unit, so this page gives a multiple for each operation that a kernel performs and each way of running it.',
  'Each operation is a small program that is replayed through the models: what exits is decided by the control structure (VMCS or VMCB) and by real page tables. A hypervisor in a virtual machine executes what KVM executes for an exit, and the level below decides which of those instructions exit in turn. Cycles are exits times a published price, by cause where there is one, and what the walks of the tables cost more than on bare metal.',
  'The published nested-virtualization formulas trap every write to a table (`write-protect`), and their cost grows with the levels that are touched; KVM as measured does not, and its cost hardly depends on them (`vmmu verify nested`). Both are the same mechanism with another policy.',
  'To check it: `vmmu reproduce hundred-times` prints these tables; `vmmu trace gen` and `vmmu run` show any row by itself.',
];

const NOTES = [
  'A multiple is (cycles on bare metal + what the VMM adds) / cycles on bare metal. * the price of bare metal is of another generation, ? it is from memory and no evidence; – none is known, or the way cannot be run.',
  'Exits are those of the lowest VMM; in brackets, entries into a VMM that are no VM exits.',
  'own kernel: an operating system that runs its processes in virtual machines of its own, so that each system call and page fault is a VM exit; in a VM, each of those is reflected.',
  'On intel-prescott the price of an exit for a page-table write, a page fault or a port read comes from those very rows under the VMM of 2005: they are calibration there. On intel-cascadelake that of a CR3 load comes from B10, that of an exception from the exit benchmark of the same paper.',
  'On intel-cascadelake kernels isolate page tables, as those that were measured did.',
  'Not counted: locks, cache misses of the VMM itself, and time until an interrupt.',
];

/** Every number is computed; nothing is claimed of what was not. */
function answer(rows: readonly PriceRow[], readings: readonly Reading[]): string[] {
  const known = rows.filter(({ multiple, native }) => multiple !== null && native?.tag !== 'M');
  const virtual = known.filter(({ way }) => way !== 'native');
  const over = virtual.filter(({ multiple }) => multiple! >= HUNDRED);
  const own = readings.find(({ id }) => id === 'own kernel')!.computed;
  const most = virtual.reduce((one, other) => (other.multiple! > one.multiple! ? other : one));
  const passed = readings.filter(({ verdict }) => verdict === 'passed').length;
  const failed = readings.filter(({ verdict }) => verdict === 'failed').map(({ id }) => id);
  return [
    `It depends on the operation: of ${virtual.length} multiples with a published price, ${over.length} are 100 or more, and the largest is ${decimal(most.multiple!, 0)} (${OPERATIONS[most.operation].title}, ${WAYS[most.way].title}, ${most.generation.machine}).`,
    own === null
      ? 'No price of a system call is known.'
      : `A kernel that ran its own processes in the mode would pay ${decimal(own, 0)} times a plain system call on Prescott: that is the reading nearest to the sentence.`,
    `Of the published figures with a band, ${passed} are met${failed.length === 0 ? '' : `; missed, and left so: ${failed.join(', ')}`}.`,
  ];
}

function sections(
  rows: readonly PriceRow[],
  readings: readonly Reading[],
  generations: readonly Generation[],
): Section[] {
  const shown = generations.filter(({ machine }) => SHOWN.includes(machine));
  return [
    ...shown.map(({ machine, costs }) => ({
      title: `${machine}, exit prices ${costs}`,
      sheets: [
        sheet('Exits of one operation', rows, machine, exitsText),
        sheet('Cycles that the VMM adds', rows, machine, ({ added, way }) =>
          way === 'native' ? NONE : decimal(added, 0),
        ),
        sheet('Multiple of bare metal', rows, machine, multipleText),
      ],
    })),
    { title: 'Evidence', sheets: [evidenceSheet(readings)] },
  ];
}

function sheet(title: string, rows: readonly PriceRow[], machine: string, text: (row: PriceRow) => string): Sheet {
  const lines = OPERATION_NAMES.map((operation) => [
    OPERATIONS[operation].title,
    ...WAY_NAMES.map((way) => {
      const row = rowOf(rows, operation, way, machine);
      return row.excluded === null ? text(row) : NONE;
    }),
  ]);
  const columns = WAY_NAMES.map((way) => right(WAYS[way].title.replace(' ', '\n')));
  return { title, columns: [left('operation'), ...columns], groups: [{ heading: machine, rows: lines }] };
}

function exitsText({ exits, entries }: PriceRow): string {
  const [left, entered] = [exits, entries].map((count) => decimal(count, Number.isInteger(count) ? 0 : 1));
  if (entries === 0) return exits === 0 ? NONE : left!;
  return exits === 0 ? `(${entered!})` : `${left!} (${entered!})`;
}

function multipleText(row: PriceRow): string {
  const { multiple } = row;
  if (multiple === null) return NONE;
  return `${decimal(multiple, multiple < 10 ? 1 : 0)}${doubt(row)}`;
}

/** ? the price of bare metal is from memory; * it is of another generation. */
function doubt({ native, borrowed }: PriceRow): string {
  return native?.tag === 'M' ? '?' : borrowed ? '*' : '';
}

const DRAWN_FROM = 1.05;

function drawn({ multiple }: PriceRow): number | null {
  return multiple === null || multiple < DRAWN_FROM ? null : multiple;
}

function evidenceSheet(readings: readonly Reading[]): Sheet {
  return {
    title: 'Readings of "100 times"',
    columns: [left('id'), left('reading'), right('published'), right('computed'), left('band'), left('verdict')],
    groups: [
      {
        heading: 'each with its source in evidence.csv',
        rows: readings.map(({ id, reading, published, computed, band, verdict }) => [
          id,
          reading,
          published,
          computed === null ? NONE : decimal(computed, 1),
          band === null ? NONE : `${band[0]}–${band[1]}`,
          verdict,
        ]),
      },
    ],
  };
}

function priceRecords(rows: readonly PriceRow[]): Records {
  return {
    columns: [
      'machine',
      'costs',
      'year',
      'operation',
      'way',
      'excluded',
      'exits',
      'entries',
      'addedCycles',
      'nativeCycles',
      'nativeTag',
      'nativeSource',
      'nativeOfAnotherGeneration',
      'multiple',
    ],
    records: rows.map(({ generation, operation, way, excluded, exits, entries, added, native, borrowed, multiple }) => [
      ...[generation.machine, generation.costs, generation.year, operation, way, excluded ?? '', exits, entries, added],
      ...[native?.cycles ?? '', native?.tag ?? '', native?.source ?? '', String(borrowed), multiple ?? ''],
    ]),
  };
}

function evidenceRecords(readings: readonly Reading[]): Records {
  return {
    columns: ['id', 'reading', 'source', 'published', 'bandLow', 'bandHigh', 'computed', 'verdict'],
    records: readings.map(({ id, reading, source, published, band, computed, verdict }) => [
      ...[id, reading, source, published, band?.[0] ?? '', band?.[1] ?? '', computed ?? '', verdict],
    ]),
  };
}

function figures(rows: readonly PriceRow[], generations: readonly Generation[]): Figure[] {
  const ways = WAY_NAMES.filter((way) => way !== 'native');
  return generations
    .filter(({ machine }) => SHOWN.includes(machine))
    .map(({ machine, costs }) => {
      const ran = ways.filter((way) =>
        OPERATION_NAMES.some((operation) => rowOf(rows, operation, way, machine).excluded === null),
      );
      const priced = OPERATION_NAMES.filter((operation) => rowOf(rows, operation, 'native', machine).native !== null);
      return {
        name: `multiples-${machine}`,
        title: `Cost of an operation, as a multiple of bare metal: ${machine}`,
        caption: `Exits at ${costs}. What costs no more than on bare metal is not drawn.`,
        width: 'page',
        plot: {
          kind: 'dots',
          rows: priced.map((operation) =>
            `${OPERATIONS[operation].title} ${doubt(rowOf(rows, operation, 'native', machine))}`.trim(),
          ),
          x: { title: 'multiple of bare metal', scale: 'log10' },
          series: ways.map((way) => ({
            label: WAYS[way].title,
            values: priced.map((operation) => (ran.includes(way) ? drawn(rowOf(rows, operation, way, machine)) : null)),
          })),
          line: { at: HUNDRED, label: '100×' },
        },
      };
    });
}
