/** The entry at which the reader is: where it lies, what it holds bit by bit, where it points; and how to break it. */
import { breaksOf } from '../../explain/breaking.js';
import { bytesText } from '../../explain/end-text.js';
import { entryFields } from '../../explain/entry-fields.js';
import { halvesOf } from '../../explain/hex.js';
import { BREAKS, type Break } from '../../explain/mapping-choices.js';
import type { ReferenceStep, Step, Target } from '../../explain/step.js';
import type { Explained } from './explained.js';
import type { Stop } from './stops.js';

interface Props {
  readonly stop: Stop;
  readonly explained: Explained;
  readonly breakIt: (fault: Break) => void;
}

export function Entry({ stop, explained, breakIt }: Props) {
  const { step } = stop;
  return (
    <section class="of-entry" aria-label="The entry">
      <h4>
        <span data-testid="step-label">{step.label}</span>
        {step.serves !== null && ` for ${step.serves}`}{' '}
        <small>
          (<span data-testid="step-order">{step.order}</span>)
        </small>
      </h4>
      {step.kind === 'saved' ? (
        <p>Need not be read: the {step.by} has it.</p>
      ) : (
        <Read stop={stop} step={step} explained={explained} />
      )}
      {step.kind === 'reference' && <Breaks stop={stop} step={step} explained={explained} breakIt={breakIt} />}
    </section>
  );
}

/** A step at which an entry is seen. */
type ReadStep = Exclude<Step, { kind: 'saved' }>;

function Read({ stop, step, explained: { tables } }: Omit<Props, 'breakIt'> & { readonly step: ReadStep }) {
  const fields = entryFields(tables[step.dimension], step.level, ...halvesOf(step.value));
  return (
    <>
      <dl>
        {factsOf(step, stop.walk.event === 'softwareWalk').map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <table class="bit-fields">
        <caption>The entry, from its highest bit</caption>
        <thead>
          <tr>
            <th scope="col">bits</th>
            <th scope="col">field</th>
            <th scope="col">value</th>
            <th scope="col">meaning</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, high, low, value, meaning }) => (
            <tr key={low} class={name === 'ignored' ? 'ignored' : undefined}>
              <td>{high === low ? high : `${high}:${low}`}</td>
              <th scope="row">{name}</th>
              <td>{value}</td>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** @param software the reference is none of the hardware, and no cache of it served it */
function factsOf(step: ReadStep, software: boolean): [name: string, text: string][] {
  const shared: [string, string][] = [
    ['at sPA', step.address],
    ['value', step.value],
  ];
  if (step.kind === 'update') return [...shared, ['sets', step.sets.join(', ')]];
  return [
    ...shared,
    ['index', String(step.index)],
    ['flags', step.flags.join(' ')],
    ['points to', targetText(step.target)],
    ...(software ? [] : [['served by', step.servedBy] as [string, string]]),
  ];
}

function targetText(target: Target | null): string {
  if (target === null) return 'nothing';
  const { space, address, pageBytes } = target;
  const what = pageBytes === null ? 'a table' : `a page of ${bytesText(pageBytes)}`;
  return `${what} at ${space === 'guest-physical' ? 'gPA' : 'sPA'} ${address}`;
}

function Breaks({ stop, step, explained, breakIt }: Props & { readonly step: ReferenceStep }) {
  const { breakable, tables } = explained;
  const same = breakable.filter(({ address }) => address === step.address);
  const found = same.find(({ label, serves }) => label === step.label && serves === step.serves) ?? same[0];
  if (found === undefined || stop.walk.event === 'pdpteLoad')
    return <p class="hint faint">{step.dimension === 'shadow' ? SHADOW_HINT : LOAD_HINT}</p>;
  const possible = breaksOf(tables[found.dimension], found.level, halvesOf(found.value));
  return (
    <p class="breaks" role="group" aria-label="Break this entry">
      <span>Break this entry:</span>
      {BREAKS.map((kind) => (
        <button
          type="button"
          key={kind}
          disabled={!possible.includes(kind)}
          onClick={() => breakIt({ reference: found.number, kind })}
        >
          {kind.replace('-', ' ')}
        </button>
      ))}
    </p>
  );
}

const SHADOW_HINT = "A shadow entry is the VMM's: break one of the guest's entries, in the VMM's walk.";
const LOAD_HINT = 'What is loaded into registers cannot be broken here.';
