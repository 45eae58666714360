/** A hypervisor in a virtual machine: world switches, exits and round trips of its guest. */
import { decimal, NONE, whole } from '../../report/number-text.js';
import { left, right, type Section } from '../../report/sheet.js';
import type { Figure } from '../../figures/figure.js';
import type { Experiment, Outcome } from '../experiment.js';
import { faults, MODE_NAMES, MODES, multiple, type Fault } from './faults.js';
import { measured, type Measured } from './measured.js';
import { PAGE_FAULT_US, PVM_PAGE_FAULT_US, TOUCH_4GB_S, UNSHADOWED_EXITS } from './published.js';
import { roundTrips, unexplained, type RoundTrip } from './round-trips.js';
import { touches, type Touches } from './touches.js';

const LEVELS = [1, 2, 3, 4];
/** Names of the measured modes. */
const MEASURED_MODES = { s1: 'nested', s0: 'shadow', n11: 'nested on nested', n10: 'shadow on nested' } as const;
const HUNDRED = 100;

interface Results {
  readonly faults: readonly Fault[];
  readonly trips: readonly RoundTrip[];
  readonly measured: Measured;
  readonly touches: readonly Touches[];
}

function answer({ faults, trips, measured, touches }: Results): string[] {
  const equal = faults.filter((row) => row.switches === row.publishedSwitches && row.l0 === row.publishedL0).length;
  const deepest = MODE_NAMES.map((mode) => faults.findLast((row) => row.mode === mode)!);
  const list = (of: (row: Fault) => number): string => deepest.map((row) => whole(of(row))).join(', ');
  const most = (of: (row: Fault) => number): string => deepest.map((row) => whole(multiple(of(row)))).join(', ');
  const call = trips[0]!;
  const reach = deepest.filter(({ microseconds }) => multiple(microseconds) >= HUNDRED).map(({ mode }) => MODES[mode]);
  const pvm = faults.find(({ mode }) => mode === 'pvm')!;
  const pvmFault = [pvm.kvmMicroseconds, pvm.microseconds].map((us) => PAGE_FAULT_US + us);
  const seconds = touches.map((row) => row.seconds);
  const unshadowed = trips.map(({ exitsUnshadowed }) => exitsUnshadowed);
  return [
    `World switches and exits of L0 for a page fault of L2 come out as published in ${equal} of ${faults.length} cases, if every store to a shadowed table exits (${list(({ switches }) => switches)} switches for 4 levels: ${deepest.map(({ mode }) => MODES[mode]).join(', ')}); as KVM keeps its shadows it is ${list(({ kvmSwitches }) => kvmSwitches)}. Of what was counted of KVM on KVM ${measured.passed} of ${measured.comparisons} comparisons hold.`,
    `Counts do not give the price: with VMCS shadowing a ${call.operation} of L2 is ${call.exits} exits of L0, but its published round trip is ${decimal(call.nestedUs / call.singleUs, 1)} times that of one level, so such an exit takes L0 ${decimal(unexplained(call), 1)} times as long as a plain one, which this model does not explain.`,
    `Without VMCS shadowing an exit of L2 is ${whole(Math.min(...unshadowed))} to ${whole(Math.max(...unshadowed))} exits of L0 here; the paper says ${UNSHADOWED_EXITS.join(' to ')}, which is ${met(unshadowed, UNSHADOWED_EXITS)}.`,
    `At the published round trips a single fault that touches ${deepest[0]!.levels} levels takes ${most((row) => row.microseconds)} times as long under the three stacks as under one level of nested paging (${PAGE_FAULT_US} µs, without exits) if every store exits, and ${most((row) => row.kvmMicroseconds)} times as KVM keeps its shadows. Stacks at ${HUNDRED} times or more, every store exiting: ${reach.length === 0 ? 'none' : reach.join(' and ')}. That is a ratio of one fault, not of a program.`,
    `The paper's "up to two orders of magnitude" is about memory-intensive work. The one such run here, 4 GiB touched under shadow on nested, takes ${touches.map((row) => `${whole(row.seconds)} s of round trips with${row.isolates ? '' : 'out'} page-table isolation`).join(' and ')}; the paper's about ${TOUCH_4GB_S} s are ${met(seconds, [TOUCH_4GB_S, TOUCH_4GB_S])}. A page fault of a guest of PVM takes ${pvmFault.map((us) => decimal(us, 2)).join(' to ')} µs here if it touches one level; the published ${PVM_PAGE_FAULT_US} µs are ${met(pvmFault, [PVM_PAGE_FAULT_US, PVM_PAGE_FAULT_US])}.`,
  ];
}

/** Whether what was computed and what was published have anything in common. */
function met(computed: readonly number[], [least, most]: readonly [number, number]): string {
  if (Math.min(...computed) > most) return 'missed: it is more here';
  return Math.max(...computed) < least ? 'missed: it is less here' : 'met';
}

function sections({ faults, trips, measured, touches }: Results): Section[] {
  const cell = (mode: string, title: string): string => {
    const event = measured.events.find((one) => one.mode === mode && one.title === title);
    if (event === undefined) return NONE;
    const [least, most] = event.measured;
    const seen = least === most ? number(least) : `${number(least)}–${number(most)}`;
    return seen === number(event.modelled) ? seen : `${seen} / ${number(event.modelled)}`;
  };
  const titles = [...new Set(measured.events.map(({ title }) => title))];
  return [
    {
      title: 'A page fault of L2 that touches an n-level table',
      sheets: [
        {
          title: 'World switches, and what they come to at published round trips',
          columns: [
            ...[left('n'), right('switches\npublished'), right('switches'), right('exits of L0\npublished')],
            ...[right('exits\nof L0'), right('µs'), right('times one\nlevel')],
            ...[right("switches,\nKVM's policy"), right('µs'), right('times one\nlevel')],
          ],
          groups: MODE_NAMES.map((mode) => ({
            heading: MODES[mode],
            rows: faults
              .filter((row) => row.mode === mode)
              .map((row) => [
                ...[row.levels, row.publishedSwitches, row.switches, row.publishedL0, row.l0].map(whole),
                ...[decimal(row.microseconds, 1), whole(multiple(row.microseconds)), whole(row.kvmSwitches)],
                ...[decimal(row.kvmMicroseconds, 1), whole(multiple(row.kvmMicroseconds))],
              ]),
          })),
        },
        {
          title: 'Touching 4 GiB in areas of 1 MiB, shadow on nested: round trips alone',
          columns: [left('page-table isolation'), right('exits of L2\nper page'), right('s'), right('s, published')],
          groups: [
            {
              heading: 'one process',
              rows: touches.map(({ isolates, reflectedPerPage, seconds }) => [
                ...[isolates ? 'yes' : 'no', decimal(reflectedPerPage, 2), decimal(seconds, 1), `≈ ${TOUCH_4GB_S}`],
              ]),
            },
          ],
        },
      ],
    },
    {
      title: 'One exit of L2',
      sheets: [
        {
          title: 'KVM of Linux 4.19 on VT-x, in KVM',
          columns: [
            ...[left('operation'), right('exits of L0,\nVMCS shadowing'), right('without\nshadowing')],
            right('without,\npublished'),
            ...[right('one level,\nµs published'), right('nested,\nµs published'), right('nested over\none level')],
            right('times longer\nthan its exits'),
          ],
          groups: [
            {
              heading: 'exits computed; published: PVM, a world switch, and table 1',
              rows: trips.map((trip) => [
                ...[trip.operation, whole(trip.exits), whole(trip.exitsUnshadowed)],
                ...[UNSHADOWED_EXITS.join('–'), decimal(trip.singleUs, 2)],
                ...[decimal(trip.nestedUs, 2), decimal(trip.nestedUs / trip.singleUs, 1)],
                decimal(unexplained(trip), 1),
              ]),
            },
          ],
        },
        {
          title: 'KVM of Linux 6.1 on AMD-V: exits of L0 for one event',
          columns: [left('event'), ...Object.values(MEASURED_MODES).map((mode) => right(mode.replace(' on', '\non')))],
          groups: [
            {
              heading: 'measured; measured / modelled where they are not the same',
              rows: titles.map((title) => [title, ...Object.keys(MEASURED_MODES).map((mode) => cell(mode, title))]),
            },
          ],
        },
      ],
    },
  ];
}

const number = (value: number): string => decimal(value, Number.isInteger(value) ? 0 : 1);

function figures({ faults }: Results): Figure[] {
  const series = (of: (row: Fault) => number) =>
    MODE_NAMES.map((mode) => ({
      label: MODES[mode],
      values: faults.filter((row) => row.mode === mode).map(of),
    }));
  const groups = { groups: LEVELS.map(String), groupTitle: 'levels of the table that the fault touches' };
  return [
    {
      name: 'world-switches',
      title: 'World switches of a page fault of L2',
      caption: 'Every store to a shadowed table exits, as the PVM paper counts (SOSP 2023).',
      width: 'column',
      plot: {
        ...{ kind: 'bars', ...groups, y: { title: 'world switches', scale: 'linear' } },
        series: series(({ switches }) => switches),
      },
    },
    {
      name: 'fault-multiples',
      title: 'A page fault of L2 over one of a single level',
      caption: `Round trips at the prices of the PVM paper, over its page fault of ${PAGE_FAULT_US} µs under one level of nested paging; every store to a shadowed table exits.`,
      width: 'column',
      plot: {
        ...{ kind: 'bars', ...groups, y: { title: 'times a fault of one level', scale: 'log10' } },
        series: series(({ microseconds }) => multiple(microseconds)),
        line: { at: HUNDRED, label: '100×' },
      },
    },
  ];
}

function outcome(results: Results): Outcome {
  const { faults, trips, measured, touches } = results;
  return {
    answer: answer(results),
    introduction: [
      'L0 runs on the machine, L1 is a hypervisor in a virtual machine of L0, L2 is the guest of L1. Every exit of L2 is one to L0 first, and what L1 executes to handle it exits in turn where the level below has to carry it out. Exits are counted by replaying the fault on real tables; nothing is multiplied.',
      'An exit that L1 handles is priced at the published round trip of a hypercall of L2, one that L0 handles by itself at that of a guest of one level. The published price of a nested exception is not used; that of a page fault under one level is what multiples are over.',
    ],
    sections: sections(results),
    notes: [
      'The published switches hold for tables that are linked already and a policy that every store to a shadowed table exits. PVM: two switches for each exit of L2, none of which L0 sees.',
      'Round trips are of Linux 4.19 on Cascade Lake with page-table isolation; VMCS shadowing is what the published numbers of switches imply. The counts of KVM on KVM are of an emulated AMD processor, so there are no times to them.',
      'The time of 4 GB is read off a plot. Locks, zeroing of pages and the cost of page-table walks are not in the computed one. What a world switch of 1.3 µs covers (PVM, section 2) is not said.',
      `A fault of PVM: ${PAGE_FAULT_US} µs of one level (table 4) and the hypercalls of PVM that its exits take; the first number as KVM keeps its shadows, the second with every store exiting.`,
      'Port I/O is handled by a user process of L1; what that process costs L0 besides exits is not modelled.',
    ],
    records: {
      faults: {
        columns: [
          ...['stack', 'levels', 'publishedSwitches', 'switches', 'publishedL0Exits', 'l0Exits', 'microseconds'],
          ...['kvmSwitches', 'kvmMicroseconds', 'publishedFaultMicroseconds'],
        ],
        records: faults.map((row) => [
          ...[MODES[row.mode], row.levels, row.publishedSwitches, row.switches, row.publishedL0, row.l0],
          ...[row.microseconds, row.kvmSwitches, row.kvmMicroseconds, PAGE_FAULT_US],
        ]),
      },
      roundTrips: {
        columns: [
          ...['operation', 'l0Exits', 'l0ExitsWithoutShadowing', 'publishedSingleMicroseconds'],
          'publishedNestedMicroseconds',
        ],
        records: trips.map((trip) => [
          ...[trip.operation, trip.exits, trip.exitsUnshadowed, trip.singleUs, trip.nestedUs],
        ]),
      },
      events: {
        columns: ['stack', 'event', 'measuredLeastL0Exits', 'measuredMostL0Exits', 'modelledL0Exits'],
        records: measured.events.map(({ mode, title, measured: [least, most], modelled }) => [
          ...[MEASURED_MODES[mode as keyof typeof MEASURED_MODES], title, least, most, modelled],
        ]),
      },
      touches: {
        columns: ['pageTableIsolation', 'exitsOfL2PerPage', 'seconds', 'publishedSeconds'],
        records: touches.map((row) => [String(row.isolates), row.reflectedPerPage, row.seconds, TOUCH_4GB_S]),
      },
    },
    figures: figures(results),
  };
}

const PARTS = Object.keys(MEASURED_MODES).length + 2;

export const nestedVirtualization: Experiment = {
  title: 'A hypervisor in a virtual machine: world switches, exits and round trips',
  source: 'PVM, SOSP 2023: world switches of a fault in L2, tables 1 and 4, figure 4; KVM on KVM, measured here',
  run: (options, progress) => {
    const step = (): void => progress(PARTS);
    const counted = faults(LEVELS);
    step();
    const touched = [true, false].map(touches);
    step();
    return Promise.resolve(
      outcome({ faults: counted, trips: roundTrips(), touches: touched, measured: measured(options, step) }),
    );
  },
};
