/** One of several names, with its label. */
import { NONE } from '../../report/number-text.js';

export interface Option {
  readonly value: string;
  readonly text: string;
}

export function Select({
  label,
  options,
  value,
  onChoose,
}: {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string;
  readonly onChoose: (value: string) => void;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Options that are called what they are; a dash for none. */
export function plain(values: readonly string[]): Option[] {
  return values.map((value) => ({ value, text: value === '' ? NONE : value }));
}
