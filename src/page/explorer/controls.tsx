/** The form in which a walk is chosen: the guest, what lies below it, the processor and the access. */
import type { Choose } from '../hash.js';
import { choiceOf, CHOICES, isIdle, keyOf, type ChoiceName, type Chosen } from './asked.js';
import type { Complaint } from './explained.js';

interface Props {
  readonly chosen: Chosen;
  readonly choose: Choose;
  readonly complaint: Complaint | null;
}

/** A choice, its label, and names of its values that need more words. */
interface Labelled {
  readonly name: ChoiceName;
  readonly label: string;
  readonly words?: Readonly<Record<string, string>>;
}

const MODES = { none: 'paging off', '32bit': '32-bit', pae: 'PAE', '4level': '4-level', '5level': '5-level' };
const SIZES = { '4k': '4 KiB', '2m': '2 MiB', '4m': '4 MiB', '1g': '1 GiB' };

const GROUPS: readonly { readonly legend: string; readonly choices: readonly Labelled[] }[] = [
  {
    legend: 'Guest',
    choices: [
      { name: 'guest', label: 'Guest tables', words: MODES },
      { name: 'guest-page', label: 'Guest page', words: SIZES },
    ],
  },
  {
    legend: 'Host',
    choices: [
      {
        name: 'host',
        label: 'Below the guest',
        words: { none: 'nothing (bare metal)', npt: 'AMD NPT', ept: 'Intel EPT', shadow: 'shadow tables' },
      },
      { name: 'host-mode', label: 'Host tables', words: MODES },
      { name: 'host-page', label: 'Host page', words: SIZES },
    ],
  },
  {
    legend: 'Processor',
    choices: [
      { name: 'machine', label: 'Machine', words: { fitting: 'one that fits' } },
      {
        name: 'walk-caches',
        label: 'Walk caches',
        words: {
          '1d': 'of guest entries',
          '2d': 'of guest and nested entries',
          '2d+ntlb': 'of both, and a nested TLB',
          own: "the machine's own",
        },
      },
    ],
  },
  {
    legend: 'Access',
    choices: [
      { name: 'access', label: 'Access' },
      { name: 'privilege', label: 'Privilege' },
      { name: 'marks', label: 'Accessed and dirty bits' },
      { name: 'repeat', label: 'Accesses, one after the other' },
    ],
  },
];

/** Other tables have other entries: what was broken is whole again. Another access goes through the same ones. */
const ANEW = { [keyOf('fault')]: null, [keyOf('step')]: null };
const OF_ACCESS: readonly ChoiceName[] = ['access', 'privilege', 'marks', 'repeat'];

export function Controls({ chosen, choose, complaint }: Props) {
  const complaintAbout = (name: string): string | null => (complaint?.subject === name ? complaint.message : null);
  return (
    <form class="asked" onSubmit={(event) => event.preventDefault()} aria-label="What is walked">
      {GROUPS.map(({ legend, choices }) => (
        <fieldset key={legend}>
          <legend>{legend}</legend>
          {choices.map((choice) => (
            <Select
              key={choice.name}
              {...choice}
              chosen={chosen}
              message={complaintAbout(choice.name)}
              onChange={(value) =>
                choose({ ...(OF_ACCESS.includes(choice.name) ? {} : ANEW), [keyOf(choice.name)]: value })
              }
            />
          ))}
          {legend === 'Access' && (
            <Address
              text={chosen[keyOf('gva')] ?? ''}
              message={complaintAbout('gva')}
              onInput={(value) => choose({ [keyOf('gva')]: value === '' ? null : value, [keyOf('step')]: null })}
            />
          )}
        </fieldset>
      ))}
    </form>
  );
}

interface SelectProps extends Labelled {
  readonly chosen: Chosen;
  readonly message: string | null;
  readonly onChange: (value: string) => void;
}

function Select({ name, label, words = {}, chosen, message, onChange }: SelectProps) {
  const id = `asked-${name}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={choiceOf(chosen, name)}
        disabled={isIdle(chosen, name)}
        aria-invalid={message === null ? undefined : true}
        aria-describedby={message === null ? undefined : `${id}-complaint`}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {CHOICES[name].map((value) => (
          <option key={value} value={value}>
            {words[value] ?? value}
          </option>
        ))}
      </select>
      <Message of={id} text={message} />
    </div>
  );
}

interface AddressProps {
  readonly text: string;
  readonly message: string | null;
  readonly onInput: (value: string) => void;
}

function Address({ text, message, onInput }: AddressProps) {
  const id = 'asked-gva';
  return (
    <div class="field">
      <label for={id}>Guest-virtual address</label>
      <input
        id={id}
        type="text"
        value={text}
        placeholder="one with four different indices"
        autocomplete="off"
        spellcheck={false}
        aria-invalid={message === null ? undefined : true}
        aria-describedby={message === null ? undefined : `${id}-complaint`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <Message of={id} text={message} />
    </div>
  );
}

function Message({ of, text }: { readonly of: string; readonly text: string | null }) {
  if (text === null) return null;
  return (
    <p class="complaint" id={`${of}-complaint`} role="alert">
      {text}
    </p>
  );
}
