/** The prices that all tables and charts are made with: a generation's exits, and a slider for each price. */
import type { RowPrices } from '../../gather/page-data.js';
import { numberText } from '../chart/numbers.js';
import type { Choose } from '../hash.js';
import { Select } from '../parts/select.js';
import { DIALS, type Dial } from './dials.js';
import { adjusted, GENERATIONS, isRecorded, optionsOf, type Setting } from './setting.js';

const AS_RECORDED = '';

export function Prices({
  recorded,
  machine,
  setting,
  choose,
  open,
}: {
  readonly recorded: readonly RowPrices[];
  /** The one that is looked at, for which a command is shown; null: its rows keep their prices. */
  readonly machine: { readonly name: string; readonly prices: RowPrices } | null;
  readonly setting: Setting;
  readonly choose: Choose;
  readonly open: boolean;
}) {
  if (recorded.length === 0) return null;
  const recordedDials = DIALS.filter((dial) => recorded.some((prices) => dial.of(prices) !== null));
  return (
    <details class="prices" open={open || !isRecorded(setting)}>
      <summary>Prices: {isRecorded(setting) ? 'as recorded' : 'changed here'}</summary>
      <div class="fields">
        <Select
          label="VM exits of"
          value={setting.generation ?? AS_RECORDED}
          options={[
            { value: AS_RECORDED, text: 'as recorded' },
            ...Object.keys(GENERATIONS).map((name) => ({ value: name, text: name })),
          ]}
          onChoose={(name) => choose({ generation: name === AS_RECORDED ? null : name })}
        />
        {recordedDials.map((dial) => (
          <Slider key={dial.id} dial={dial} recorded={recorded} setting={setting} choose={choose} />
        ))}
      </div>
      <p>
        <button
          type="button"
          disabled={isRecorded(setting)}
          onClick={() => choose({ generation: null, ...Object.fromEntries(DIALS.map(({ id }) => [id, null])) })}
        >
          As recorded
        </button>
      </p>
      {!isRecorded(setting) && machine !== null && (
        <p>
          For the same from the command that made the rows of {machine.name}, add{' '}
          <code data-testid="command">{optionsOf(setting, machine.prices).map(quoted).join(' ')}</code>. Axes of a sweep
          that are prices keep their names here; what is set counts.
        </p>
      )}
    </details>
  );
}

function Slider({
  dial,
  recorded,
  setting,
  choose,
}: {
  readonly dial: Dial;
  readonly recorded: readonly RowPrices[];
  readonly setting: Setting;
  readonly choose: Choose;
}) {
  const now = [...new Set(recorded.flatMap((prices) => dial.of(adjusted(setting, prices)) ?? []))];
  const [least, most] = [Math.min(...now), Math.max(...now)];
  const turned = setting.turned.some(([one]) => one === dial);
  const text = least === most ? numberText(least) : `${numberText(least)} – ${numberText(most)}`;
  const id = `price-${dial.id}`;
  const turn = (value: string): void => choose({ [dial.id]: value === '' ? null : value });
  return (
    <div class={turned ? 'dial turned' : 'dial'}>
      <label for={id}>
        {dial.label}
        <span class="faint"> {dial.about}</span>
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={Math.max(dial.most, most)}
        step={1}
        value={least}
        aria-valuetext={`${text} cycles`}
        onInput={({ currentTarget }) => turn(currentTarget.value)}
      />
      <output for={id}>{text} cycles</output>
    </div>
  );
}

/** For a shell. */
function quoted(word: string): string {
  return /^[\w./=,-]+$/.test(word) ? word : `'${word}'`;
}
