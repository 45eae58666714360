/**
 * The passage's chain (Hennessy & Patterson, 4th ed., p. 340), link by link: why trap-and-emulate fails on the 80x86, what the new mode does about it, what shadow
 * page tables cost, what nested ones cost instead, and at which price of an exit the two change places.
 */
import { COSTS } from '../../config/costs/index.js';
import { resolveConfig } from '../../config/resolve.js';
import type { Costs } from '../../config/schema.js';
import { exitCycles, invocationsCycles, walkingCycles } from '../../cost/cost-model.js';
import { decimal, NONE, whole } from '../../report/number-text.js';
import type { ResultRow } from '../../report/result-row.js';
import { left, right } from '../../report/sheet.js';
import { SENSITIVE_NAMES } from '../../vmm/sensitive-instructions.js';
import { ScriptedGuest } from '../checks/scripted-guest.js';
import type { Experiment, Outcome } from '../experiment.js';
import { count } from '../hundred-times/count.js';
import { OPERATION_NAMES, OPERATIONS } from '../hundred-times/operations.js';
import { GENERATIONS } from '../hundred-times/ways.js';
import { replays, rowAt } from '../replays.js';
import { crossoverSheet, dearerMisses, type DearerMiss } from './crossover.js';
import { masksSheet, savedByMasks, type Saved } from './masks.js';

const MACHINE = 'amd-zen2';
const STRATEGIES = ['native', 'write-protect', 'shadow', 'nested'] as const;
const VIRTUALIZED = ['write-protect', 'shadow', 'nested'] as const;
/** A guest of a full system: its tables change as they did. */
const TRACES = ['boot', 'churn'] as const;
/** From 2005 on. */
const PRICES = [
  'prescott-2005',
  'penryn-2008',
  'nehalem-2009',
  'sandy-bridge-2011',
  'cascade-lake-2019',
  'epyc-2020',
] as const;

/** Of the 18 instructions, run once each: those that go wrong without a word, that are rewritten, that exit. */
function fates(technique: string, sensitive = 'none'): readonly [wrong: number, rewritten: number, exits: number] {
  const set = [`vmm.technique=${technique}`, `vmm.controls.sensitive=${sensitive}`];
  const guest = new ScriptedGuest('nested', 'user', resolveConfig({ machine: MACHINE, set }));
  for (const place of SENSITIVE_NAMES.keys()) guest.script.event('sensitive', place);
  const { counters } = guest.run().after;
  return [counters.silentMisbehaviours, counters.rewrittenInstructions, counters.vmExits - counters.mmuVmExits];
}

function waysToRun(): (readonly [string, number, number, number])[] {
  return [
    ['trap and emulate, in an outer ring', ...fates('trap-and-emulate')],
    ['binary translation', ...fates('binary-translation')],
    ['the new mode', ...fates('hardware')],
    ['the new mode, every intercept that there is', ...fates('hardware', 'all')],
  ];
}

function exitsOfOperations(): (readonly [string, ...(number | null)[]])[] {
  const generation = GENERATIONS.find(({ machine }) => machine === MACHINE)!;
  return OPERATION_NAMES.map((operation) => {
    const exits = VIRTUALIZED.map((strategy) => {
      const counted = count(operation, strategy, generation);
      return typeof counted === 'string' ? null : counted.exits;
    });
    return [OPERATIONS[operation].title, ...exits] as const;
  });
}

interface Priced {
  readonly trace: string;
  readonly costs: string;
  /** Cycles of the VMM and of walks. */
  readonly shadow: number;
  readonly nested: number;
}

/** The counts of a replay at the prices of another generation. */
function at(costs: Costs, row: ResultRow): number {
  const invocations = Object.fromEntries(row.vmmInvocations.map(({ cause, count: times }) => [cause, times]));
  return walkingCycles(row.cycles) + invocationsCycles(invocations, costs);
}

/** Exits for memory under shadow paging for one under nested paging, by trace. */
function exitsForOne(rows: readonly ResultRow[], traces: readonly string[]): number[] {
  const exits = (trace: string, strategy: string): number => rowAt(rows, { trace, strategy }).counters.mmuVmExits;
  return traces.map((trace) => exits(trace, 'shadow') / exits(trace, 'nested'));
}

/** @param small the same on host pages of 4 KiB */
function outcome(
  rows: readonly ResultRow[],
  small: readonly ResultRow[],
  operations: ReturnType<typeof exitsOfOperations>,
  masks: readonly Saved[],
  misses: readonly DearerMiss[],
): Outcome {
  const traces = [...new Set(rows.map(({ trace }) => trace))];
  const of = (trace: string, strategy: string): ResultRow => rowAt(rows, { trace, strategy });
  const priced = traces.flatMap((trace) =>
    PRICES.map((costs): Priced => {
      const [shadow, nested] = (['shadow', 'nested'] as const).map((strategy) => at(COSTS[costs], of(trace, strategy)));
      return { trace, costs, shadow: shadow!, nested: nested! };
    }),
  );
  const ways = waysToRun();
  const [wrong, , hardware] = ways;
  const ratio = priced.map(({ shadow, nested }) => shadow / nested);
  const saved = [rows, small].map((all) => exitsForOne(all, traces).map((exits) => decimal(exits, 1)));
  const writes = traces.map(
    (trace) => of(trace, 'write-protect').counters.vmExits / of(trace, 'shadow').counters.vmExits,
  );
  return {
    answer: [
      `Of the 18 instructions ${wrong![1]} go wrong without a trap where the guest's kernel runs in an outer ring, and ${hardware![1]} in the new mode, which needs ${hardware![3]} exits for them: they are right because the kernel has its own privilege level.`,
      `Masks and shadow versions of CR0 and CR4 let ${saves(masks, 'nested')} of ${sum(masks, 'writes')} writes pass without an exit where the guest has its own page tables, and ${saves(masks, 'shadow')} where it has shadow tables; reads never exit.`,
      `For each exit for memory under nested paging shadow paging has ${saved[0]!.join(' and ')} (${traces.join(', ')}; ${MACHINE}, host pages 2m), and ${saved[1]!.join(' and ')} where the host has pages of 4 KiB, each of which has to be mapped when it is first touched.`,
      `Shadow tables that catch every write have ${writes.map((times) => decimal(times, 1)).join(' and ')} times as many exits as those of KVM.`,
      `At every exit price from 2005 to 2020 address translation and the VMM cost ${decimal(Math.min(...ratio), 1)} to ${decimal(Math.max(...ratio), 1)} times as much under shadow paging as under nested paging, with host pages 2m.`,
      `Shadow paging costs less from some number of TLB misses for each exit on: ${misses.map((miss) => `${crossing(miss, PRICES[0])} at the price of 2005 and ${crossing(miss, PRICES.at(-1)!)} at that of 2020 (${miss.label})`).join('; ')}.`,
    ],
    introduction: [
      'Each link of the passage is a table: the 18 problem instructions; what masks and shadow registers save; what one operation of a kernel exits for under shadow tables that catch every write (the textbook), under those of KVM, and under nested tables; two recorded guests, priced at the exits of six generations; and where the crossover lies, by page sizes and by the price of an exit.',
    ],
    sections: [
      {
        title: 'Instructions and operations',
        sheets: [
          {
            title: 'The 18 problem instructions of the 80x86, each once',
            columns: [left('run by'), right('wrong without\na trap'), right('rewritten'), right('exits')],
            groups: [{ heading: MACHINE, rows: ways.map(([name, ...counts]) => [name, ...counts.map(String)]) }],
          },
          masksSheet(masks),
          {
            title: 'VM exits of one operation',
            columns: [left('operation'), ...VIRTUALIZED.map((strategy) => right(strategy))],
            groups: [
              {
                heading: MACHINE,
                rows: operations.map(([title, ...exits]) => [
                  title,
                  ...exits.map((each) => (each === null ? NONE : decimal(each, Number.isInteger(each) ? 0 : 1))),
                ]),
              },
            ],
          },
        ],
      },
      {
        title: 'Two recorded guests',
        sheets: [
          {
            title: 'What is counted, host pages 2m',
            columns: [left('trace'), left('paging'), right('exits'), right('walks'), right('references\nof a walk')],
            groups: traces.map((trace) => ({
              heading: trace,
              rows: STRATEGIES.map((strategy) => {
                const { vmExits, walks, walkRefs } = of(trace, strategy).counters;
                return [trace, strategy, whole(vmExits), whole(walks), decimal(walkRefs / walks, 2)];
              }),
            })),
          },
          {
            title: 'Shadow over nested paging, cycles of walks and VMM',
            columns: [left('exit prices'), ...traces.map((trace) => right(trace))],
            groups: [
              {
                heading: 'the same counts at the prices of each generation',
                rows: PRICES.map((costs) => [
                  costs,
                  ...traces.map((trace) => {
                    const { shadow, nested } = priced.find((one) => one.trace === trace && one.costs === costs)!;
                    return decimal(shadow / nested, 2);
                  }),
                ]),
              },
            ],
          },
        ],
      },
      {
        title: 'Where shadow and nested paging change places',
        sheets: [
          crossoverSheet(
            MACHINE,
            misses,
            PRICES.map((name) => ({ name, cycles: exitCycles(COSTS[name]) })),
          ),
        ],
      },
    ],
    notes: [
      'Both guests are captured through a filter of 512 pages, so misses of small TLBs are left out: inexact, in the same way under each strategy.',
      '2m on 2m: the region is larger than what the second-level TLB reaches with large pages. Traces and programs on both sides of the crossover: `vmmu reproduce break-even`.',
    ],
    records: {
      masks: {
        columns: ['habit', 'writes', 'exitsMaskOfAllBits', 'exitsMasksOfKvmShadow', 'exitsMasksOfKvmNested'],
        records: masks.map(({ title, writes: made, allBits, shadow, nested }) => [
          title,
          made,
          allBits,
          shadow,
          nested,
        ]),
      },
      crossover: {
        columns: ['pages', 'costs', 'exitCycles', 'cyclesMorePerMiss', 'missesPerExit'],
        records: misses.flatMap(({ label, cycles }) =>
          PRICES.map((costs) => {
            const exit = exitCycles(COSTS[costs]);
            return [label, costs, exit, cycles, cycles > 0 ? exit / cycles : ''];
          }),
        ),
      },
      instructions: {
        columns: ['runBy', 'wrongWithoutTrap', 'rewritten', 'exits'],
        records: ways.map((way) => [...way]),
      },
      operations: {
        columns: ['operation', ...VIRTUALIZED.map((strategy) => `${strategy}Exits`)],
        records: operations.map((row) => row.map((value) => value ?? '')),
      },
      prices: {
        columns: ['trace', 'costs', 'shadowCycles', 'nestedCycles'],
        records: priced.map(({ trace, costs, shadow, nested }) => [trace, costs, shadow, nested]),
      },
    },
    figures: [
      {
        name: 'shadow-over-nested',
        title: 'Cycles under shadow paging over those under nested paging, by exit prices',
        caption: `${MACHINE}, host pages 2m; the same counts at the prices of each generation.`,
        width: 'page',
        plot: {
          kind: 'bars',
          groups: PRICES,
          groupTitle: 'exit prices',
          y: { title: 'shadow over nested', scale: 'linear' },
          series: traces.map((label) => ({
            label,
            values: PRICES.map((costs) => {
              const { shadow, nested } = priced.find((one) => one.trace === label && one.costs === costs)!;
              return shadow / nested;
            }),
          })),
          line: { at: 1, label: 'equal' },
        },
      },
      {
        name: 'crossover',
        title: 'TLB misses for each exit at which shadow and nested paging cost the same',
        caption: `At the exit prices of six generations, ${MACHINE}, random pages, guest pages on host pages. Above a line shadow paging costs less.`,
        width: 'column',
        plot: {
          kind: 'xy',
          x: { title: 'cycles of an exit', scale: 'log10' },
          y: { title: 'TLB misses for each exit', scale: 'log10' },
          series: misses.map(({ label, cycles }) => ({
            label,
            as: 'line' as const,
            points: PRICES.map((name) => exitCycles(COSTS[name]))
              .toSorted((a, b) => a - b)
              .map((exit) => [exit, exit / cycles] as const),
          })),
        },
      },
    ],
  };
}

const sum = (masks: readonly Saved[], what: 'writes' | 'shadow' | 'nested'): number =>
  masks.reduce((all, saved) => all + saved[what], 0);

const saves = (masks: readonly Saved[], what: 'shadow' | 'nested'): number => sum(masks, 'writes') - sum(masks, what);

const crossing = ({ cycles }: DearerMiss, costs: (typeof PRICES)[number]): string =>
  cycles > 0 ? whole(exitCycles(COSTS[costs]) / cycles) : 'never';

export const nestedPagingArgument: Experiment = {
  title: 'The argument for nested paging, link by link',
  source: 'Hennessy & Patterson, 4th ed., p. 340 and Figure 5.27',
  long: true,
  run: async (options, progress) => {
    const on = (hostPages: string): Promise<ResultRow[]> =>
      replays([{ machine: MACHINE, hostPages }], STRATEGIES, options, (of) => progress(2 * of), TRACES);
    const [large, small] = [await on('2m'), await on('4k')];
    return outcome(large, small, exitsOfOperations(), savedByMasks(), dearerMisses(MACHINE));
  },
};
