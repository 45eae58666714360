/** Which conclusions hold while uncertain inputs are moved, on programs that nothing was fitted to. */
import type { Figure } from '../../figures/figure.js';
import { decimal, whole } from '../../report/number-text.js';
import { left, right, type Sheet } from '../../report/sheet.js';
import { configOf } from '../checks/replay.js';
import type { Experiment, Outcome } from '../experiment.js';
import { conclusions, exceptions, mean, turns, type Conclusion, type Turn } from './conclusions.js';
import { keyOf, programCosts, settings, total, traceCosts, type Subject } from './costs.js';
import { BASE, inputs, MACHINE, type Input } from './inputs.js';
import { WORKLOADS } from './workloads.js';

const QUICK_WORKLOADS: readonly string[] = ['pointer chase', 'mprotect'];
const QUICK_INPUTS = 3;
/** Times as many pages as the second-level TLB has entries. */
const PRESSURE = 4;

function tlbEntries(): number {
  const { l2 } = configOf({ machine: MACHINE }).machine.tlb;
  return (l2 as { data: { '4k': { entries: number } } }).data['4k'].entries;
}

interface Found {
  readonly conclusion: Conclusion;
  readonly turned: readonly Turn[];
  readonly exceptions: readonly string[];
}

function verdict({ conclusion, turned, exceptions: not }: Found): string {
  if (turned.length > 0) return 'fragile';
  if (not.length === conclusion.cases.length) return 'does not hold';
  return not.length === 0 ? 'holds' : 'holds in part';
}

function answer(found: readonly Found[], subjects: readonly Subject[]): string[] {
  const large = subjects.filter(({ pages }) => pages >= PRESSURE * tlbEntries()).length;
  return [
    ...found.map(
      ({ conclusion: { statement, cases }, turned, exceptions: not }) =>
        `${statement}: on ${cases.length - not.length} of ${cases.length}${not.length === 0 ? '' : ` (not ${not.join(', ')})`}, and ${
          turned.length === 0
            ? 'no input turns one of them round'
            : `fragile: ${turned.map(({ name, input, value }) => `${name} turns round with ${input} ${value}`).join('; ')}`
        }.`,
    ),
    `${large} of ${subjects.length} programs have at least ${PRESSURE} times as many pages as the second-level TLB has entries (${whole(tlbEntries())}).`,
  ];
}

function workloadSheet(subjects: readonly Subject[]): Sheet {
  return {
    title: `Programs, ${MACHINE}, 4 KiB pages, after the first half`,
    columns: [
      ...[
        left('program'),
        right('pages'),
        right('of the\nL2 TLB'),
        right('misses by\n1000 refs'),
        right('shadow exits\nby 1000 refs'),
      ],
      ...[right('native'), right('shadow'), right('nested'), right('nested,\nhost 2m')],
    ],
    groups: (['rest', 'change'] as const).map((tables) => ({
      heading: `page tables ${tables}; cycles by 1000 references`,
      rows: subjects
        .filter(({ workload }) => workload.tables === tables)
        .map(({ workload, pages, refs, misses, exits, native, costs }) => {
          const perKilo = (count: number): string => decimal((1000 * count) / refs, 1);
          const { shadow, nested, nestedLarge } = costs.get(keyOf(BASE.set))!;
          return [
            ...[workload.name, whole(pages), `${decimal(pages / tlbEntries(), 1)}×`, perKilo(misses), perKilo(exits)],
            ...[native, shadow, nested, nestedLarge].map((cycles) => whole((1000 * total(cycles, 1)) / refs)),
          ];
        }),
    })),
  };
}

function conclusionSheet(found: readonly Found[], all: readonly Input[]): Sheet {
  return {
    title: 'Ratios that are above 1 while a conclusion holds, geometric means',
    columns: [
      left('conclusion, input'),
      right('as it is'),
      right('low end'),
      right('ratio'),
      right('high end'),
      right('ratio'),
    ],
    groups: found.map((one) => ({
      heading: `${one.conclusion.statement} (${one.conclusion.ratio})`,
      rows: all.map(({ label, low, high }) => [
        ...[label, decimal(mean(one.conclusion, BASE), 2)],
        ...[low, high].flatMap((end) => [end.value, decimal(mean(one.conclusion, end), 2)]),
      ]),
      closing: [verdict(one)],
    })),
  };
}

function tornado(conclusion: Conclusion, all: readonly Input[]): Figure {
  const { name, statement, ratio, cases } = conclusion;
  const base = mean(conclusion, BASE);
  const rows = all.map(({ label, low, high }) => {
    const at = (end: Input['low']) => ({ input: end.value, result: mean(conclusion, end) });
    return { label, low: at(low), high: at(high) };
  });
  const reach = ({ low, high }: (typeof rows)[number]): number => {
    const results = [low.result, high.result, base];
    return Math.max(...results) / Math.min(...results);
  };
  return {
    name,
    title: statement,
    caption: `Cycles, ${ratio}, geometric mean of ${cases.length}; ${MACHINE}, each input alone between its two ends.`,
    width: 'page',
    plot: {
      kind: 'ranges',
      x: { title: ratio, scale: 'log10' },
      base,
      rows: rows.toSorted((a, b) => reach(b) - reach(a)),
      line: { at: 1, label: 'turns round' },
    },
  };
}

function outcome(subjects: readonly Subject[], found: readonly Found[], all: readonly Input[]): Outcome {
  return {
    answer: answer(found, subjects),
    introduction: [
      'Sizes of walk caches and nested TLBs are rarely published, the share of the data caches that table entries get is an assumption of the model, and exit prices differ between sources. Each is moved alone, the others stay; a conclusion is fragile where a program comes to lie on the other side of 1.',
      'No parameter was set by what these programs or the shipped traces give: geometries, latencies and prices are those of the machine file, with its doubts; the prices that are fitted to a published row, of Prescott by cause and of Cascade Lake under shadow paging, are not used here.',
    ],
    sections: [{ title: 'Sensitivity of conclusions', sheets: [workloadSheet(subjects), conclusionSheet(found, all)] }],
    notes: [
      'Programs are generated, at the pressure of large ones: footprint and TLB are in proportion, time is not.',
      'Where leaf entries just fill the share of a cache that tables have, where their frames lie decides what conflicts, so a ratio need not grow or fall all the way between two ends: two widths are shown.',
      'Other doubts of the machine file are not moved: replacement in the TLBs, one or two arrays of the second level, its hit time, ways of the third cache.',
      'mprotect changes entries of tables that are out of sync with their shadows, as KVM lets them be: its many changes are few exits.',
    ],
    records: {
      workloads: {
        columns: ['workload', 'tables', 'pages', 'refs', 'tlbMisses', 'shadowExits'],
        records: subjects.map(({ workload, pages, refs, misses, exits }) => [
          ...[workload.name, workload.tables, pages, refs, misses, exits],
        ]),
      },
      ratios: {
        columns: ['conclusion', 'case', 'input', 'value', 'ratio'],
        records: found.flatMap(({ conclusion: { name, cases } }) =>
          cases.flatMap(({ name: of, ratio }) => [
            [name, of, 'as it is', '', ratio(BASE)],
            ...all.flatMap(({ label, low, high }) =>
              [low, high].map((end) => [name, of, label, end.value, ratio(end)]),
            ),
          ]),
        ),
      },
    },
    figures: found
      .filter(({ conclusion }) => conclusion.cases.length > 0)
      .map(({ conclusion }) => tornado(conclusion, all)),
  };
}

export const sensitivity: Experiment = {
  title: 'Which conclusions depend on uncertain inputs',
  source: 'own; which inputs are uncertain: the doubts of each machine file',
  run: async (options, progress) => {
    const all = options.quick ? inputs().slice(0, QUICK_INPUTS) : inputs();
    const sets = settings(all);
    const chosen = WORKLOADS.filter(({ name }) => !options.quick || QUICK_WORKLOADS.includes(name));
    let traceCells = 0;
    const step = (): void => progress(traceCells + chosen.length * sets.length);
    const traces = await traceCosts(sets, options, (cells) => {
      traceCells = cells;
      step();
    });
    const subjects: Subject[] = [];
    for (const workload of chosen) {
      subjects.push(await programCosts(workload, sets, options, step));
    }
    const found = conclusions(subjects, traces).map((conclusion) => ({
      ...{ conclusion, turned: turns(conclusion, all), exceptions: exceptions(conclusion) },
    }));
    return outcome(subjects, found, all);
  },
};
