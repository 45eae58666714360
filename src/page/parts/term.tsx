/** The name of a counter, a cause or a column: opens its entry in the glossary. */
import { createContext } from 'preact';
import { useContext, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { GLOSSARY } from '../../report/glossary.js';

const Open = createContext<(name: string) => void>(() => undefined);

export function Term({ name, children = name }: { readonly name: string; readonly children?: ComponentChildren }) {
  const open = useContext(Open);
  if (!GLOSSARY.has(name)) return <>{children}</>;
  return (
    <button type="button" class="term" aria-haspopup="dialog" onClick={() => open(name)}>
      {children}
    </button>
  );
}

/** Around all that has terms in it. Escape closes the entry, and the focus goes back to the term. */
export function Glossary({ children }: { readonly children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [name, setName] = useState('');
  const entry = GLOSSARY.get(name);
  const open = (next: string): void => {
    setName(next);
    dialog.current!.showModal();
  };
  return (
    <Open.Provider value={open}>
      {children}
      <dialog ref={dialog} aria-labelledby="glossary-name">
        <h2 id="glossary-name">{name}</h2>
        {entry !== undefined && (
          <>
            {entry.unit !== null && <p class="faint">counted in {entry.unit}</p>}
            <p>{entry.definition}</p>
          </>
        )}
        <button type="button" onClick={() => dialog.current!.close()}>
          Close
        </button>
      </dialog>
    </Open.Provider>
  );
}
