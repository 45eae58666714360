/** Which machine and which of its comparisons a view is of; the same in every view. */
import type { ResultRow } from '../../report/result-row.js';
import { chosenOf, machinesOf, namedComparisons, type Named } from '../comparison.js';
import type { Choose } from '../hash.js';
import { plain, Select } from './select.js';

export interface Choice {
  readonly machine: string;
  /** Comparisons of the machine. */
  readonly here: readonly Named[];
  readonly one: Named;
}

export function choiceOf(rows: readonly ResultRow[], chosen: Readonly<Record<string, string>>): Choice {
  const machine = chosenOf(machinesOf(rows), chosen['machine']);
  const here = namedComparisons(rows.filter((row) => row.machine === machine));
  return { machine, here, one: here.find(({ id }) => id === chosen['comparison']) ?? here[0]! };
}

export function ChoiceFields({
  rows,
  choice: { machine, here, one },
  choose,
}: {
  readonly rows: readonly ResultRow[];
  readonly choice: Choice;
  readonly choose: Choose;
}) {
  return (
    <>
      <Select
        label="machine"
        options={plain(machinesOf(rows))}
        value={machine}
        onChoose={(name) => choose({ machine: name, comparison: null })}
      />
      <Select
        label="trace"
        options={here.map(({ id, title }) => ({ value: id, text: title }))}
        value={one.id}
        onChoose={(id) => choose({ comparison: id })}
      />
    </>
  );
}
