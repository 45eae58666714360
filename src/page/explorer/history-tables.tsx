/** What a history has counted so far: VM exits by cause, as bars and numbers, and the sums. */
import type { ComponentChild } from 'preact';
import { useMemo } from 'preact/hooks';
import { SIDES, type HistoryStep, type Side, type SoFar } from '../../explain/history-replay.js';
import { EXIT_CAUSES, isVmExit, type ExitCause } from '../../vmm/exits.js';
import { whole } from '../../report/number-text.js';
import { Term } from '../parts/term.js';

interface Ends {
  readonly step: HistoryStep;
  readonly end: HistoryStep;
}

export function Exits({ step, end }: Ends) {
  const causes = useMemo(
    () =>
      EXIT_CAUSES.filter((cause) => isVmExit(cause) && SIDES.some((side) => end.soFar[side].result.exits[cause] > 0)),
    [end],
  );
  const most = Math.max(...causes.flatMap((cause) => SIDES.map((side) => end.soFar[side].result.exits[cause])));
  const rows = causes.map((cause) => ({
    name: cause,
    cell: (side: Side) => <Bar side={side} cause={cause} count={step.soFar[side].result.exits[cause]} most={most} />,
  }));
  return <BySide of="exits" caption="VM exits so far, by cause" first="cause" rows={rows} />;
}

const SUMS: readonly { readonly name: string; readonly label: string; of: (soFar: SoFar) => number }[] = [
  { name: 'exits', label: 'VM exits', of: ({ result }) => result.counters.vmExits },
  {
    name: 'walks',
    label: 'walks, with those that fault',
    of: ({ result: { counters } }) => counters.walks + counters.faultedWalks,
  },
  {
    name: 'references',
    label: 'references of walks',
    of: ({ result: { counters } }) => counters.walkRefs + counters.faultedWalkRefs,
  },
  { name: 'cycles', label: 'cycles of translation', of: ({ cost }) => cost.total },
];

interface BarProps {
  readonly side: Side;
  readonly cause: ExitCause;
  readonly count: number;
  readonly most: number;
}

function Bar({ side, cause, count, most }: BarProps) {
  return (
    <div class={`bar ${side}`}>
      <span class="length" style={{ '--part': count / most }} />
      <span class="count" data-testid={`exits-${side}-${cause}`}>
        {count}
      </span>
    </div>
  );
}

export function Sums({ step, end }: Ends) {
  const rows = SUMS.map(({ name, label, of }) => ({
    name: label,
    cell: (side: Side) => (
      <>
        <b data-testid={`${name}-${side}`}>{whole(of(step.soFar[side]))}</b>{' '}
        <small>of {whole(of(end.soFar[side]))}</small>
      </>
    ),
  }));
  return <BySide of="sums" caption="Sums so far, and after the last event" first="sum" rows={rows} />;
}

interface BySideProps {
  /** Class of the table. */
  readonly of: string;
  readonly caption: string;
  /** Head of the first column. */
  readonly first: string;
  readonly rows: readonly {
    readonly name: string;
    readonly cell: (side: Side) => ComponentChild;
  }[];
}

function BySide({ of, caption, first, rows }: BySideProps) {
  return (
    <table class={of}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{first}</th>
          {SIDES.map((side) => (
            <th scope="col" key={side}>
              {side}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, cell }) => (
          <tr key={name}>
            <th scope="row">
              <Term name={name} />
            </th>
            {SIDES.map((side) => (
              <td key={side}>{cell(side)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
