/** The page's state in the address, behind `#`: the view, and what is chosen in it. A link brings all of it back. */
import { useCallback, useEffect, useState } from 'preact/hooks';

export interface Place {
  readonly view: string;
  readonly chosen: Readonly<Record<string, string>>;
}

/** `#view?name=value&…` */
function placeIn(hash: string): Place {
  const [view = '', query = ''] = hash.replace(/^#/, '').split('?');
  return { view, chosen: Object.fromEntries(new URLSearchParams(query)) };
}

export function hashOf({ view, chosen }: Place): string {
  const query = new URLSearchParams(chosen).toString();
  return `#${view}${query === '' ? '' : `?${query}`}`;
}

export type Choose = (changes: Readonly<Record<string, string | null>>) => void;

/** What is chosen stays chosen from view to view; null takes a choice back. */
export function usePlace(): readonly [Place, Choose] {
  const [place, setPlace] = useState(() => placeIn(location.hash));
  useEffect(() => {
    const follow = (): void => setPlace(placeIn(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const choose = useCallback<Choose>((changes) => {
    const { view, chosen } = placeIn(location.hash);
    const kept = Object.entries({ ...chosen, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    );
    const next = { view, chosen: Object.fromEntries(kept) };
    history.replaceState(null, '', hashOf(next));
    setPlace(next);
  }, []);
  return [place, choose];
}
