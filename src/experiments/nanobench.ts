/** Seven loops of one operation each: what leaves a virtual machine, and what it costs at the prices of the processor that they were measured on. */
import { COSTS } from '../config/costs/index.js';
import type { Costs } from '../config/schema.js';
import { exitCycles, invocationsCycles } from '../cost/cost-model.js';
import { ModelError } from '../errors.js';
import type { StrategyName } from '../paging/index.js';
import { decimal, NONE, whole } from '../report/number-text.js';
import { left, right, type Sheet } from '../report/sheet.js';
import { EVENT_GENERATORS, type EventGeneratorName } from '../trace/generators/events/index.js';
import type { Experiment, Outcome } from './experiment.js';
import { more } from './adaptive.js';
import { countOf, type Counted } from './hundred-times/count.js';
import { parts } from './parts.js';

/** Cycles of an operation; null: not printed as a number. */
interface Published {
  readonly native: number | null;
  readonly software: number | null;
  readonly hardware: number | null;
  /** The one that the source gives as an approximate number. */
  readonly about?: 'native' | 'software';
}

interface Loop extends Published {
  readonly name: string;
  readonly generator: EventGeneratorName;
}

const LOOPS: readonly Loop[] = [
  { name: 'syscall', generator: 'syscall', native: null, software: null, hardware: null },
  { name: 'in', generator: 'in', native: 3209, software: 214, hardware: 15_826, about: 'software' },
  { name: 'cr8wr', generator: 'cr8wr', native: 140, software: 35, hardware: null, about: 'native' },
  { name: 'call/ret', generator: 'callret', native: 11, software: 51, hardware: 11 },
  { name: 'pgfault', generator: 'pgfault', native: 1093, software: 3927, hardware: 11_242 },
  { name: 'divzero', generator: 'divzero', native: 889, software: 3223, hardware: 1014 },
  { name: 'ptemod', generator: 'ptemod', native: 1, software: 391, hardware: 12_733 },
];

const BAND_PERCENT = 25;
const BANDED: readonly string[] = ['pgfault', 'ptemod'];
const FITTED: Costs = COSTS['prescott-2005'];
/** Without the prices by cause, which come from these very loops. */
const ONE_PRICE: Costs = { ...FITTED, exitCyclesByCause: undefined };
const FITTED_CAUSES = new Set(Object.keys(FITTED.exitCyclesByCause ?? {}));

const PRESCOTT = { machine: 'intel-prescott', costs: 'prescott-2005' };
/** Prescott has no nested paging: what the first Intel processor with it exits for. */
const NEHALEM = { machine: 'intel-nehalem', costs: 'prescott-2005' };
/** Each write of a shadowed table exits; KVM's shadow tables; nested ones. */
const WAYS = [
  { strategy: 'write-protect', on: PRESCOTT },
  { strategy: 'shadow', on: PRESCOTT },
  { strategy: 'nested', on: NEHALEM },
] as const satisfies readonly { strategy: StrategyName; on: typeof PRESCOTT }[];

interface Row extends Loop {
  /** Of an operation, by way. */
  readonly exits: readonly number[];
  /** What the VMM and its walks add to an operation, by way. */
  readonly added: readonly number[];
  readonly addedAtOnePrice: readonly number[];
  /** A price that it pays is fitted to its own published number, by way. */
  readonly calibrated: readonly boolean[];
}

function rowOf(loop: Loop): Row {
  const operation = { program: EVENT_GENERATORS[loop.generator] };
  const count = (strategy: StrategyName, on: typeof PRESCOTT): Counted => {
    const counted = countOf(operation, loop.generator, strategy, on);
    if (typeof counted === 'string') throw new ModelError(counted);
    return counted;
  };
  const counts = WAYS.map(({ strategy, on }) => ({ counted: count(strategy, on), bare: count('native', on) }));
  const added = (costs: Costs): number[] =>
    counts.map(({ counted, bare }) => invocationsCycles(counted.invocations, costs) + counted.walking - bare.walking);
  return {
    ...loop,
    exits: counts.map(({ counted }) => counted.exits),
    added: added(FITTED),
    addedAtOnePrice: added(ONE_PRICE),
    calibrated: counts.map(({ counted }) => Object.keys(counted.invocations).some((cause) => FITTED_CAUSES.has(cause))),
  };
}

/** Computed over published, in percent of the published. */
const off = ({ native, hardware }: Row, added: number): number | null =>
  native === null || hardware === null ? null : 100 * ((native + added) / hardware - 1);

const inBand = (percent: number | null): boolean => percent !== null && Math.abs(percent) <= BAND_PERCENT;

function verdict(row: Row): string {
  if (row.exits[0] === 0) return 'no exit';
  if (row.calibrated[0]) return 'calibrated';
  if (!BANDED.includes(row.name)) return 'shown';
  return inBand(off(row, row.added[0]!)) ? 'passed' : 'failed';
}

/** What the paper has for the hardware VMM over bare metal. */
const overNative = ({ name, native, hardware }: Row): string =>
  `${name} ${native === null || hardware === null ? 'about as much' : more(hardware / native)}`;

function answer(rows: readonly Row[]): string[] {
  const names = (some: readonly Row[]): string => some.map(({ name }) => name).join(', ');
  const exiting = (way: number): Row[] => rows.filter(({ exits }) => exits[way]! > 0);
  const [trapped, nested, inside] = [exiting(0), exiting(2), rows.filter(({ exits }) => exits[0] === 0)];
  const once = trapped.every(({ exits }) => exits[0] === 1) ? ', once for each operation' : '';
  const calibrated = rows.filter((row) => row.calibrated[0]);
  const atOnePrice = (row: Row): number => off(row, row.addedAtOnePrice[0]!)!;
  const missed = calibrated.map(atOnePrice);
  const banded = calibrated.filter(({ name }) => BANDED.includes(name));
  return [
    `${trapped.length} of ${rows.length} loops exit under trap-and-emulate shadow tables${once} (${names(trapped)}), and ${nested.length} under nested tables (${names(nested)}); ${names(inside)} do not exit. For these the paper has, over bare metal: ${inside.map(overNative).join(', ')}.`,
    `The cycles of ${names(calibrated)} agree with the paper because their prices are fitted to it: calibrated, and no evidence. At the one price of an exit on Prescott (${whole(exitCycles(ONE_PRICE))} cycles, none of them from this paper) they come out ${missed.map((percent) => `${decimal(Math.abs(percent), 0)} %`).join(', ')} ${missed.every((percent) => percent < 0) ? 'too low' : 'off'}: within ±${BAND_PERCENT} % on ${banded.map(atOnePrice).filter(inBand).length} of the ${banded.length} that have this band (${names(banded)}).`,
  ];
}

const number = (value: number | null, about = false): string =>
  value === null ? NONE : `${about ? 'about ' : ''}${whole(value)}`;
const exitText = (exits: number): string => (exits === 0 ? NONE : decimal(exits, Number.isInteger(exits) ? 0 : 2));
const percentText = (percent: number | null): string => (percent === null ? NONE : decimal(percent, 1));

function exitsSheet(rows: readonly Row[]): Sheet {
  return {
    title: 'VM exits of one operation, and the cycles that they add',
    columns: [
      left('loop'),
      ...WAYS.map(({ strategy }) => right(`${strategy},\nexits`)),
      ...WAYS.map(({ strategy }) => right(`${strategy},\ncycles`)),
    ],
    groups: [
      {
        heading: 'at Prescott prices',
        rows: rows.map(({ name, exits, added }) => [name, ...exits.map(exitText), ...added.map(whole)]),
      },
    ],
  };
}

function cyclesSheet(rows: readonly Row[]): Sheet {
  return {
    title: 'Cycles of one operation',
    columns: [
      ...[left('loop'), right('native\npublished'), right('sw VMM\npublished'), right('hw VMM\npublished')],
      ...[right('computed'), right('off, %'), right('at one\nprice'), right('off, %'), left('verdict')],
    ],
    groups: [
      {
        heading: `trap-and-emulate shadow tables; band of ${BANDED.join(' and ')}: ±${BAND_PERCENT} %`,
        rows: rows.map((row) => {
          const { name, native, software, hardware, about, added, addedAtOnePrice } = row;
          const computed = (extra: number): string =>
            number(native === null ? null : native + extra, about === 'native');
          return [
            ...[
              name,
              number(native, about === 'native'),
              number(software, about === 'software'),
              number(hardware),
              computed(added[0]!),
            ],
            ...[percentText(off(row, added[0]!)), computed(addedAtOnePrice[0]!)],
            ...[percentText(off(row, addedAtOnePrice[0]!)), verdict(row)],
          ];
        }),
      },
    ],
  };
}

function outcome(rows: readonly Row[]): Outcome {
  const drawn = rows.filter(({ native }) => native !== null);
  return {
    answer: answer(rows),
    introduction: [
      'Each loop does one operation again and again: a system call, a read of an I/O port, a write of CR8, a call and return, a page fault whose handler changes no table, a division by zero, a change of a page-table entry. What exits is counted; cycles are those published for bare metal, and the exits at the prices of Prescott.',
      "The hardware VMM of the paper used VT-x with shadow tables of which each write exits. KVM's tables (shadow) and nested tables stand beside it.",
    ],
    sections: [{ title: 'Nanobenchmarks on intel-prescott', sheets: [exitsSheet(rows), cyclesSheet(rows)] }],
    notes: NOTES,
    records: {
      loops: {
        columns: [
          ...['loop', 'nativeCyclesPublished', 'softwareVmmCyclesPublished', 'hardwareVmmCyclesPublished'],
          ...['strategy', 'vmExits', 'addedCycles', 'addedCyclesAtOnePrice', 'calibrated'],
        ],
        records: rows.flatMap(({ name, native, software, hardware, exits, added, addedAtOnePrice, calibrated }) =>
          WAYS.map(({ strategy }, way) => [
            ...[name, native ?? '', software ?? '', hardware ?? '', strategy, exits[way]!, added[way]!],
            ...[addedAtOnePrice[way]!, String(calibrated[way])],
          ]),
        ),
      },
    },
    figures: [
      {
        name: 'cycles',
        title: 'Cycles of an operation under the hardware VMM of 2006',
        caption:
          'Published: Adams & Agesen, ASPLOS 2006, 6.2. Fitted: prices by cause, which come from in, pgfault and ptemod. One price: that of any exit on Prescott.',
        width: 'page',
        plot: {
          kind: 'bars',
          groups: drawn.map(({ name }) => name),
          groupTitle: 'loop',
          y: { title: 'cycles', scale: 'log10' },
          series: [
            { label: 'native, published', values: drawn.map(({ native }) => native) },
            { label: 'hw VMM, published', values: drawn.map(({ hardware }) => hardware) },
            { label: 'fitted', values: drawn.map(({ native, added }) => native! + added[0]!) },
            { label: 'one price', values: drawn.map(({ native, addedAtOnePrice }) => native! + addedAtOnePrice[0]!) },
          ],
        },
      },
    ],
  };
}

const NOTES = [
  'Published numbers are from section 6.2 as quoted in the sources of OpenBSD tests. syscall is printed without a number (hw VMM as native); cr8wr as 35 cycles under the software VMM, about four times faster than native, hence about 140, and as about native under the hardware VMM; in under the software VMM as about 15 times faster than native, hence about 214. Exits are not printed: cycles near those of bare metal are taken for none.',
  'A loop that does not exit costs here what the paper has for bare metal, and walks: no prediction of its cycles.',
  'The one price is the hardware round trip on Prescott (3963 cycles) and the software of an exit as of Sandy Bridge, both from Agesen et al., USENIX ATC 2012.',
  'Prescott has no nested paging: that column is what intel-nehalem exits for, at Prescott prices.',
  'The software VMM translates binaries; its cycles are not modelled, and shown beside the others only.',
];

export const nanobench: Experiment = {
  title: 'Nanobenchmarks under the first hardware VMM',
  source: 'Adams & Agesen, ASPLOS 2006, 6.2, from a secondary quotation: cycles of seven loops',
  run: async (options, progress) => outcome(await parts(LOOPS, rowOf, options, () => progress(LOOPS.length))),
};
