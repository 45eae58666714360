/** The answer first: who wins, by how much, and at which price of an exit that would change. */
import { percent, whole } from '../../report/number-text.js';
import { verdict } from '../../report/summary.js';
import { Chart } from '../chart/chart.js';
import { namedComparisons, type Named } from '../comparison.js';
import { breakEvenFigure, causesFigure, cyclesFigure } from '../figures/overview-figures.js';
import { choiceOf, ChoiceFields } from '../parts/choice.js';
import { Notes } from '../parts/notes.js';
import { Table, type Column } from '../parts/table.js';
import type { View, ViewProps } from '../view.js';

export const overview: View = {
  id: 'overview',
  title: 'Overview',
  show: (props) => <Overview {...props} />,
  isThere: ({ rows }) => rows.length > 0,
};

function Overview({ rows, chosen, choose, prices }: ViewProps) {
  const all = namedComparisons(rows);
  const choice = choiceOf(rows, chosen);
  const { machine, here, one } = choice;
  return (
    <>
      <p class="answer" data-testid="answer">
        {answer(all)}
      </p>
      <div class="fields">
        <ChoiceFields rows={rows} choice={choice} choose={choose} />
      </div>
      <div data-testid="verdict">
        {verdict(one.comparison).map((line) => (
          <p key={line}>
            {one.title}: {line}.
          </p>
        ))}
      </div>
      <Notes rows={one.comparison.lines.map(({ row }) => row)} />
      {prices(true)}
      <Chart figure={breakEvenFigure(one)} />
      <Chart figure={causesFigure(one)} />
      <Chart figure={cyclesFigure(machine, here)} />
      <Table name="comparisons" title="Every comparison" columns={COLUMNS} rows={all} />
    </>
  );
}

/** Who costs least, how often. */
function answer(all: readonly Named[]): string {
  const wins = new Map<string, number>();
  let undecided = 0;
  for (const { comparison } of all) {
    const name = comparison.winner?.strategy;
    if (name === undefined) undecided++;
    else wins.set(name, (wins.get(name) ?? 0) + 1);
  }
  const order = [...wins].toSorted(([, a], [, b]) => b - a);
  const parts = order.map(([name, count]) => `${name} in ${count}`);
  if (parts.length === 0) return 'Nothing is compared: no two virtualized strategies ran on the same, or they tie.';
  const rest = undecided === 0 ? '' : `; ${undecided} decide nothing`;
  return `Of ${all.length} comparisons the cheapest virtualized strategy is ${parts.join(', ')}${rest}.`;
}

const COLUMNS: readonly Column<Named>[] = [
  { name: 'trace', value: ({ title }) => title },
  { name: 'machine', value: ({ comparison }) => comparison.machine },
  { name: 'exit prices recorded', value: ({ comparison }) => comparison.costs },
  { name: 'winner', value: ({ comparison }) => comparison.winner?.strategy ?? '' },
  { name: 'before', value: ({ comparison }) => comparison.runnerUp?.strategy ?? '' },
  {
    name: 'fewer cycles',
    value: (named) => saved(named) ?? '',
    show: (named) => {
      const share = saved(named);
      return share === null ? '' : percent(share);
    },
  },
  {
    name: 'break-even cycles of an exit',
    value: ({ comparison: { breakEven } }) => (breakEven?.kind === 'at' ? breakEven.exitCycles : ''),
    show: ({ comparison: { breakEven } }) => {
      if (breakEven === null) return '';
      if (breakEven.kind === 'same') return 'the same at every price';
      if (breakEven.kind === 'always') return `${breakEven.wins} wins at every price`;
      return `${whole(breakEven.exitCycles)} (${breakEven.below} below, ${breakEven.above} above)`;
    },
  },
];

/** By the winner, as a share of the next. */
function saved({ comparison: { winner, runnerUp } }: Named): number | null {
  return winner === null || runnerUp === null ? null : 1 - winner.cycles.total / runnerUp.cycles.total;
}
