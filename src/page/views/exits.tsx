/** VMM invocations: why the guest leaves for the VMM, how often, and what that costs, under each strategy. */
import type { Figure } from '../../figures/figure.js';
import { isExcluded, type ResultRow, type VmmInvocationRow } from '../../report/result-row.js';
import { whole } from '../../report/number-text.js';
import { Chart } from '../chart/chart.js';
import { choiceOf, ChoiceFields } from '../parts/choice.js';
import { Notes } from '../parts/notes.js';
import { Table, type Column } from '../parts/table.js';
import { Term } from '../parts/term.js';
import type { View, ViewProps } from '../view.js';

export const exits: View = {
  id: 'exits',
  title: 'VMM invocations',
  show: (props) => <Exits {...props} />,
  isThere: ({ rows }) => rows.length > 0,
};

function Exits({ rows, chosen, choose, prices }: ViewProps) {
  const choice = choiceOf(rows, chosen);
  const ran = choice.one.comparison.lines
    .map(({ row }) => row)
    .filter((row) => !isExcluded(row) && row.hostPages !== 'none');
  const lines = ran.flatMap((row) => row.vmmInvocations.map((exit) => ({ strategy: row.strategy, ...exit })));
  return (
    <>
      <p class="answer">{answer(ran)}</p>
      <div class="fields">
        <ChoiceFields rows={rows} choice={choice} choose={choose} />
      </div>
      <Notes rows={choice.one.comparison.lines.map(({ row }) => row)} />
      {prices(false)}
      {lines.length > 0 && (
        <>
          <Chart figure={countsFigure(ran, choice.one.title)} />
          <Chart figure={cyclesFigure(ran, choice.one.title)} />
        </>
      )}
      <Table name="vmm-invocations" title={`VMM invocations: ${choice.one.title}`} columns={COLUMNS} rows={lines} />
    </>
  );
}

function answer(rows: readonly ResultRow[]): string {
  const parts = rows.map(({ strategy, counters: { vmExits, vmmEntries } }) => {
    const entries = vmmEntries === 0 ? '' : ` and ${whole(vmmEntries)} entries without one`;
    return `${strategy} ${whole(vmExits)}${entries}`;
  });
  return parts.length === 0 ? 'Nothing was virtualized.' : `VM exits: ${parts.join(', ')}.`;
}

/** Causes in the order of their names' registry, those that occur. */
function causesOf(rows: readonly ResultRow[]): string[] {
  return [...new Set(rows.flatMap(({ vmmInvocations }) => vmmInvocations.map(({ cause }) => cause as string)))];
}

function figureOf(
  rows: readonly ResultRow[],
  about: Pick<Figure, 'name' | 'title' | 'caption'>,
  unit: string,
  value: (exit: VmmInvocationRow, row: ResultRow) => number,
): Figure {
  const causes = causesOf(rows);
  return {
    ...about,
    width: 'page',
    plot: {
      kind: 'bars',
      groups: causes,
      groupTitle: 'cause',
      y: { title: unit, scale: 'log10' },
      series: rows.map((row) => ({
        label: row.strategy,
        values: causes.map((cause) => {
          const exit = row.vmmInvocations.find((one) => one.cause === cause);
          return exit === undefined ? null : value(exit, row);
        }),
      })),
    },
  };
}

function countsFigure(rows: readonly ResultRow[], title: string): Figure {
  return figureOf(
    rows,
    { name: 'exits', title: `Why the VMM is invoked: ${title}`, caption: 'Invocations of the VMM by cause.' },
    'invocations per million references',
    ({ perMillionRefs }) => perMillionRefs,
  );
}

function cyclesFigure(rows: readonly ResultRow[], title: string): Figure {
  return figureOf(
    rows,
    { name: 'exit-cycles', title: `What the VMM's work costs: ${title}`, caption: 'Cycles of invocations by cause.' },
    'cycles per 1,000 references',
    ({ cycles }, { counters }) => (1000 * cycles) / counters.refs,
  );
}

type Line = VmmInvocationRow & { readonly strategy: string };

const COLUMNS: readonly Column<Line>[] = [
  { name: 'strategy', value: ({ strategy }) => strategy },
  { name: 'cause', value: ({ cause }) => cause, show: ({ cause }) => <Term name={cause} /> },
  {
    name: 'VMX exit reason',
    value: ({ vmxReason }) => (vmxReason === null ? '' : `${vmxReason.number} ${vmxReason.name}`),
  },
  {
    name: 'SVM exit code',
    value: ({ svmExitCode }) => (svmExitCode === null ? '' : `${svmExitCode.code} ${svmExitCode.name}`),
  },
  { name: 'count', value: ({ count }) => count },
  { name: 'perMillionRefs', value: ({ perMillionRefs }) => perMillionRefs },
  { name: 'cyclesEach', value: ({ cyclesEach }) => cyclesEach },
  { name: 'cycles', value: ({ cycles }) => cycles },
];
