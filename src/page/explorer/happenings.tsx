/** Everything that happens, in order, and what it ended in: the translated address, or the fault and who receives it. */
import { endLines, endTitle } from '../../explain/end-text.js';
import type { Walk } from '../../explain/step.js';
import type { Story, Told } from './stops.js';

export const WALKS = {
  walk: 'walk of the hardware',
  pdpteLoad: 'load of the PDPTE registers',
  softwareWalk: "walk of the VMM, in software, through the guest's tables",
} as const;

interface Props {
  readonly story: Story;
  /** In which walk the reader is. */
  readonly walk: Walk | null;
  readonly go: (stop: number) => void;
}

export function Happenings({ story: { told }, walk, go }: Props) {
  if (told.length < 2) return null;
  return (
    <ol class="happenings" aria-label="What happens">
      {told.map(({ happening, depth, firstStop }, at) => (
        <li key={at} style={{ marginInlineStart: `${depth}rem` }}>
          {firstStop === null ? (
            textOf(happening)
          ) : (
            <button
              type="button"
              class="link"
              aria-current={happening === walk ? 'true' : undefined}
              onClick={() => go(firstStop)}
            >
              {textOf(happening)}
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

function textOf(happening: Told['happening']): string {
  switch (happening.event) {
    case 'note':
      return happening.text;
    case 'exit':
      return `VM exit ${happening.cause}: ${happening.definition} (${happening.information})`;
    case 'tlbLookUp':
      return `${happening.tlb}: ${happening.found}`;
    default:
      return `${WALKS[happening.event]}: ${endTitle(happening.end)}`;
  }
}

export function Outcome({ walk }: { readonly walk: Walk }) {
  const { end } = walk;
  const receiver = 'receiver' in end ? end.receiver : null;
  return (
    <section class={receiver === null ? 'outcome good' : 'outcome bad'} aria-label="What it ended in">
      <p class="end" role="status">
        <strong data-testid="end">{endTitle(end)}</strong>
        {receiver !== null && (
          <>
            {' '}
            goes to <strong data-testid="receiver">{receiver}</strong>
          </>
        )}
      </p>
      <dl>
        {endLines(walk)
          .filter(([name]) => name !== 'result')
          .map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
