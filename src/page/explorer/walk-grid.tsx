/** The grid of a walk: a row for each entry of the guest's tables that is looked for, a cell for each entry on the way to it. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { gridOf, type GridCell } from '../../explain/grid.js';
import type { Walk } from '../../explain/step.js';

interface Props {
  readonly walk: Walk;
  /** The step at which the reader is, from 0. */
  readonly at: number;
  /** The cell of that step takes the focus, once. */
  readonly takesFocus: { current: boolean };
  readonly go: (step: number) => void;
}

/** Marks of what served or saved an entry, short enough for a cell. */
const SHORT = { L1: 'L1', L2: 'L2', L3: 'L3', memory: 'mem', 'walk cache': 'PWC', 'nested TLB': 'nTLB' } as const;

export function WalkGrid({ walk, at, takesFocus, go }: Props) {
  const grid = gridOf(walk);
  const current = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (takesFocus.current) current.current?.focus();
    takesFocus.current = false;
  });
  const flat = walk.tables.nestedLevels === 0;
  const cell = (one: GridCell) => {
    const isCurrent = one.steps.includes(at);
    return (
      <button
        type="button"
        key={one.steps[0]}
        ref={isCurrent ? current : null}
        class={classOf(one, at)}
        tabIndex={isCurrent ? 0 : -1}
        aria-current={isCurrent ? 'step' : undefined}
        onClick={() => go(one.steps[0]!)}
      >
        <b>{one.number ?? '–'}</b>
        <span class="unseen">{one.label}</span>
        {walk.event !== 'softwareWalk' && (
          <span class="by">
            <span class="unseen">{one.number === null ? 'saved by' : 'served by'}</span> {SHORT[one.by]}
          </span>
        )}
        {one.sets !== '' && <span class="sets">{one.sets}</span>}
      </button>
    );
  };
  return (
    <table class="walk-grid">
      <caption class="unseen">
        {flat
          ? 'The entries of the walk, by level'
          : 'A row for each entry that is looked for; before it, the nested entries on the way there'}
      </caption>
      <thead>
        <tr>
          {!flat && <th scope="col">for</th>}
          {grid.columns.map((column) => (
            <th scope="col" key={column}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {grid.rows.map((name, row) => (
          <tr key={name}>
            {!flat && <th scope="row">{name}</th>}
            {grid.columns.map((column, place) => (
              <td key={column}>
                {grid.cells.filter((one) => one.row === row && one.column === place).map(cell)}
                {grid.data?.row === row && grid.data.column === place && <span class="data">data</span>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function classOf({ guest, number, steps }: GridCell, at: number): string {
  return [
    'entry',
    guest ? 'of-guest' : 'of-nested',
    ...(number === null ? ['saved'] : []),
    ...(steps[0]! <= at ? ['visited'] : []),
    ...(steps.includes(at) ? ['current'] : []),
  ].join(' ');
}
