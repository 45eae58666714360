/** The same history of a guest under shadow and under nested paging, side by side, event by event. */
import { useEffect, useState } from 'preact/hooks';
import { DEFAULT_MACHINE } from '../../config/default-machine.js';
import { history } from '../../explain/history.js';
import { replayHistory, type HistoryStep } from '../../explain/history-replay.js';
import type { Choose } from '../hash.js';
import { choiceOf, FITTING, type Chosen } from './asked.js';
import { complaintOf, type Complaint } from './explained.js';
import { usePlayer } from './history-player.js';
import { Exits, Sums } from './history-tables.js';
import { namedMachine } from './named-machine.js';
import { Stepper } from './stepper.js';

const SEEDS = ['1', '2', '3', '4', '5', '6', '7', '8'];
/** Events that are listed, the last ones. */
const SHOWN = 6;

interface Props {
  readonly chosen: Chosen;
  readonly choose: Choose;
}

type Replayed = { readonly steps: readonly HistoryStep[] } | Complaint;

export function HistoryView({ chosen, choose }: Props) {
  const machine = choiceOf(chosen, 'machine');
  const seed = SEEDS.find((one) => one === chosen['history-seed']) ?? '1';
  const replayed = useReplayed(machine, seed);
  return (
    <section class="history" aria-label="A history">
      <h3>A history of 200 events, under shadow and under nested paging</h3>
      <p>
        A kernel maps, forks, protects and switches for a few processes; the events are drawn from a seed. Both designs
        replay the same ones, with 4-level tables and 4 KiB pages.
      </p>
      <p class="field seed">
        <label for="history-seed">Seed</label>
        <select
          id="history-seed"
          value={seed}
          onChange={(event) => choose({ 'history-seed': event.currentTarget.value, 'history-event': null })}
        >
          {SEEDS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </p>
      {replayed === null && <p role="status">Replaying …</p>}
      {replayed !== null && 'message' in replayed && <p class="complaint">{replayed.message}</p>}
      {replayed !== null && 'steps' in replayed && <Steps steps={replayed.steps} chosen={chosen} choose={choose} />}
    </section>
  );
}

/** null until the replays are done, which take some tenths of a second. */
function useReplayed(machine: string, seed: string): Replayed | null {
  const [replayed, setReplayed] = useState<Replayed | null>(null);
  useEffect(() => {
    setReplayed(null);
    const later = setTimeout(() => setReplayed(replay(machine, Number(seed))), 0);
    return () => clearTimeout(later);
  }, [machine, seed]);
  return replayed;
}

function replay(machine: string, seed: number): Replayed {
  try {
    const config = namedMachine(machine === FITTING ? DEFAULT_MACHINE : machine, null);
    return { steps: [...replayHistory(history(seed), config)] };
  } catch (error) {
    return complaintOf(error);
  }
}

function Steps({ steps, chosen, choose }: Props & { readonly steps: readonly HistoryStep[] }) {
  const last = steps.length - 1;
  const stands = Math.min(steps.length, Math.max(1, Number(chosen['history-event'] ?? 1) || 1)) - 1;
  const go = (to: number): void => choose({ 'history-event': String(to + 1) });
  const player = usePlayer(stands, last, go);
  const { at } = player;
  const first = Math.max(0, at - SHOWN + 1);
  const { text } = steps[at]!;
  return (
    <Stepper
      label="Events of the history"
      at={at}
      first={0}
      last={last}
      text={`event ${at + 1} of ${steps.length}: ${text}`}
      go={(to) => {
        player.stop();
        go(to);
      }}
      more={
        <button type="button" class="play" onClick={player.toggle}>
          {player.plays ? 'Pause' : 'Play'}
        </button>
      }
    >
      <p class="where" role={player.plays ? undefined : 'status'}>
        event <span data-testid="event">{at + 1}</span> of {steps.length}: {text}
      </p>
      <ol class="events" start={first + 1} aria-label="The last events">
        {steps.slice(first, at + 1).map((step, index) => (
          <li key={first + index}>{step.text}</li>
        ))}
      </ol>
      <Exits step={steps[at]!} end={steps[last]!} />
      <Sums step={steps[at]!} end={steps[last]!} />
    </Stepper>
  );
}
