/** An explanation as a reader goes through it: everything that happens, in order, and in it the steps at which to stop. */
import type { Happening, Step, Walk } from '../../explain/step.js';

export interface Told {
  readonly happening: Exclude<Happening, { event: 'action' }> | { readonly event: 'note'; readonly text: string };
  /** Happens because of what stands before it with a smaller depth. */
  readonly depth: number;
  /** The first stop in it, from 0; null where nothing is walked, or no entry read. */
  readonly firstStop: number | null;
}

export interface Stop {
  readonly walk: Walk;
  readonly step: Step;
  /** Of the step in its walk, from 0. */
  readonly at: number;
}

export interface Story {
  readonly told: readonly Told[];
  readonly stops: readonly Stop[];
  /** The last walk: what everything ended in. */
  readonly last: Walk | null;
}

export function storyOf(happenings: readonly Happening[]): Story {
  const told: Told[] = [];
  const stops: Stop[] = [];
  const walks: Walk[] = [];
  const tell = (all: readonly Happening[], depth: number): void => {
    for (const happening of all) {
      if (happening.event === 'action') {
        told.push({ happening: { event: 'note', text: happening.text }, depth, firstStop: null });
        tell(happening.then, depth + 1);
      } else if ('steps' in happening) {
        const { steps } = happening;
        told.push({ happening, depth, firstStop: steps.length === 0 ? null : stops.length });
        stops.push(...steps.map((step, at) => ({ walk: happening, step, at })));
        walks.push(happening);
      } else told.push({ happening, depth, firstStop: null });
    }
  };
  tell(happenings, 0);
  return { told, stops, last: walks.at(-1) ?? null };
}
