/** Conclusions that other experiments draw, as a ratio each that is above 1 while they hold, and where they turn round. */
import { geometricMean } from '../geometric-mean.js';
import { keyOf, total, type Costs, type Cycles, type ProgramCosts, type Subject } from './costs.js';
import { BASE, type Input } from './inputs.js';

type End = Input['low'];

/** A ratio of one program or trace, as the inputs are set. */
interface Case {
  readonly name: string;
  readonly ratio: (end: End) => number;
}

export interface Conclusion {
  /** Of figures. */
  readonly name: string;
  readonly statement: string;
  readonly ratio: string;
  readonly cases: readonly Case[];
}

export interface Turn {
  readonly input: string;
  readonly value: string;
  readonly name: string;
  readonly ratio: number;
}

const over = ([a, b]: readonly [Cycles, Cycles], { exitPrice }: End): number =>
  total(a, exitPrice) / total(b, exitPrice);

export function conclusions(
  subjects: readonly Subject[],
  traces: ReadonlyMap<string, ReadonlyMap<string, Costs>>,
): Conclusion[] {
  const programs = (tables: 'rest' | 'change'): Subject[] =>
    subjects.filter(({ workload }) => workload.tables === tables);
  const cases = (all: readonly Subject[], pick: (costs: ProgramCosts) => readonly [Cycles, Cycles]): Case[] =>
    all.map(({ workload, costs }) => ({
      name: workload.name,
      ratio: (end) => over(pick(costs.get(keyOf(end.set))!), end),
    }));
  return [
    {
      name: 'tables-rest',
      statement: 'Where page tables rest, shadow paging costs less than nested paging',
      ratio: 'nested over shadow',
      cases: cases(programs('rest'), ({ shadow, nested }) => [nested, shadow]),
    },
    {
      name: 'tables-change',
      statement: 'Where page tables change, nested paging costs less than shadow paging',
      ratio: 'shadow over nested',
      cases: cases(programs('change'), ({ shadow, nested }) => [shadow, nested]),
    },
    {
      name: 'host-pages',
      statement: 'Host pages of 2 MiB make nested paging cheaper',
      ratio: 'host pages of 4 KiB over 2 MiB',
      cases: cases(subjects, ({ nested, nestedLarge }) => [nested, nestedLarge]),
    },
    {
      name: 'shipped-traces',
      statement: 'On shipped traces, from their first reference, nested paging costs less than shadow paging',
      ratio: 'shadow over nested',
      cases: [...traces.get(keyOf(BASE.set))!.keys()].map((name) => ({
        name,
        ratio: (end) => {
          const { shadow, nested } = traces.get(keyOf(end.set))!.get(name)!;
          return over([shadow, nested], end);
        },
      })),
    },
  ];
}

export function mean({ cases }: Conclusion, end: End): number {
  return geometricMean(cases.map(({ ratio }) => ratio(end)));
}

/** Cases for which the conclusion does not hold with the inputs as they are. */
export function exceptions({ cases }: Conclusion): string[] {
  return cases.filter(({ ratio }) => ratio(BASE) <= 1).map(({ name }) => name);
}

/** Cases on the other side than with the inputs as they are. */
export function turns({ cases }: Conclusion, inputs: readonly Input[]): Turn[] {
  return inputs.flatMap(({ label, low, high }) =>
    [low, high].flatMap((end) =>
      cases
        .filter(({ ratio }) => ratio(BASE) > 1 !== ratio(end) > 1)
        .map(({ name, ratio }) => ({ input: label, value: end.value, name, ratio: ratio(end) })),
    ),
  );
}
