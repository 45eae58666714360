/** A walk that the reader goes through: the grid, the entry at which they are, and what everything ended in. */
import { useMemo, useRef } from 'preact/hooks';
import type { Break } from '../../explain/mapping-choices.js';
import type { Choose } from '../hash.js';
import { keyOf, type Chosen } from './asked.js';
import { Entry } from './entry.js';
import type { Complaint, Explained } from './explained.js';
import { Happenings, Outcome, WALKS } from './happenings.js';
import { Stepper } from './stepper.js';
import { storyOf, type Stop } from './stops.js';
import { WalkGrid } from './walk-grid.js';

interface Props {
  readonly explained: Explained;
  readonly complaint: Complaint | null;
  readonly chosen: Chosen;
  readonly choose: Choose;
}

export function WalkView({ explained, complaint, chosen, choose }: Props) {
  const story = useMemo(() => storyOf(explained.explanation.happenings), [explained]);
  const takesFocus = useRef(false);
  const { stops, last } = story;
  const at = Math.min(stops.length, Math.max(1, Number(chosen[keyOf('step')] ?? 1) || 1)) - 1;
  const stop = stops[at];
  const go = (to: number, inside: boolean): void => {
    takesFocus.current = inside;
    choose({ [keyOf('step')]: String(to + 1) });
  };
  const fault = chosen[keyOf('fault')];
  const breakIt = ({ reference, kind }: Break): void => choose({ [keyOf('fault')]: `${reference}:${kind}` });
  return (
    <section class="walk" aria-label="The walk">
      <h3>{explained.explanation.title}</h3>
      {fault !== undefined && (
        <p class="broken">
          {complaint === null ? (
            <span data-testid="fault">An entry is broken: reference {fault.replace(':', ', ')}.</span>
          ) : (
            <span class="complaint" role="alert">
              {complaint.message}
            </span>
          )}{' '}
          <button type="button" onClick={() => choose({ [keyOf('fault')]: null })}>
            Mend
          </button>
        </p>
      )}
      {last !== null && <Outcome walk={last} />}
      <Happenings story={story} walk={stop?.walk ?? null} go={(to) => go(to, false)} />
      {stop !== undefined && (
        <div class="reading">
          <Stepper label="Steps of the walk" at={at} first={0} last={stops.length - 1} text={stopText(stop)} go={go}>
            {story.told.length > 1 && <h4>{WALKS[stop.walk.event]}</h4>}
            <p class="where" role="status">
              {stopText(stop)}
            </p>
            <WalkGrid
              walk={stop.walk}
              at={stop.at}
              takesFocus={takesFocus}
              go={(step) => go(at - stop.at + step, false)}
            />
            <p class="hint faint">
              Arrow keys step through the walk; Home and End lead to its ends. L1 to mem: what served an entry. PWC,
              nTLB: it need not be read, because the page-walk cache or the nested TLB has it.
            </p>
          </Stepper>
          <Entry stop={stop} explained={explained} breakIt={breakIt} />
        </div>
      )}
    </section>
  );
}

function stopText({ walk: { event, references }, step }: Stop): string {
  const place = `${step.label}${step.serves === null ? '' : ` for ${step.serves}`}`;
  switch (step.kind) {
    case 'reference':
      return `${event === 'softwareWalk' ? 'entry' : 'reference'} ${step.number} of ${references}: ${place}`;
    case 'saved':
      return `${place}: saved by the ${step.by}`;
    case 'update':
      return `${place}: the walk sets ${step.sets.join(' and ')}`;
  }
}
