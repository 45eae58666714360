/** Steps through a row of numbers: buttons, a slider, and the arrow keys inside of it. */
import type { ComponentChildren } from 'preact';

interface Props {
  readonly label: string;
  /** From `first` to `last`. */
  readonly at: number;
  readonly first: number;
  readonly last: number;
  /** What is there, in words. */
  readonly text: string;
  /** @param inside by a key, with the focus on something that is stepped through */
  readonly go: (to: number, inside: boolean) => void;
  readonly more?: ComponentChildren;
  readonly children?: ComponentChildren;
}

export function Stepper({ label, at, first, last, text, go, more, children }: Props) {
  const within = (to: number): number => Math.min(last, Math.max(first, to));
  const byKey = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: first, End: last }[
      event.key
    ];
    // The slider has the same keys itself.
    if (to === undefined || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    go(within(to), event.target instanceof Element && event.target.closest('table') !== null);
  };
  const button = (name: string, sign: string, to: number, end: boolean) => (
    <button type="button" aria-label={name} title={name} aria-disabled={end} onClick={() => go(within(to), false)}>
      {sign}
    </button>
  );
  return (
    <div class="stepper" role="group" aria-label={label} onKeyDown={byKey}>
      <div class="steps">
        {button('First', '⇤', first, at === first)}
        {button('Back', '←', at - 1, at === first)}
        {button('Forward', '→', at + 1, at === last)}
        {button('Last', '⇥', last, at === last)}
        {more}
        <input
          type="range"
          aria-label={label}
          aria-valuetext={text}
          min={first}
          max={last}
          value={at}
          onInput={(event) => go(Number(event.currentTarget.value), false)}
        />
      </div>
      {children}
    </div>
  );
}
