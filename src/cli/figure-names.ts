/** Figures by name: `experiment`, all of it; `experiment/figure`; or a file that holds one. */
import { lookUp } from '../config/names.js';
import type { Figure } from '../figures/figure.js';
import { readFigure, type StoredExperiment } from '../print/stored.js';

export interface Named {
  /** `experiment/figure`, or the figure's own name. */
  readonly name: string;
  readonly figure: Figure;
}

export function allFigures(experiments: readonly StoredExperiment[]): Named[] {
  return experiments.flatMap(figuresOf);
}

/** @param given none: all of them */
export async function chosenFigures(
  given: readonly string[],
  experiments: readonly StoredExperiment[],
): Promise<Named[]> {
  if (given.length === 0) return allFigures(experiments);
  const known = Object.fromEntries([
    ...experiments.map((one) => [one.experiment, figuresOf(one)]),
    ...allFigures(experiments).map((one) => [one.name, [one]]),
  ]) as Record<string, Named[]>;
  const found = await Promise.all(
    given.map(async (name) => {
      if (!name.endsWith('.json')) return lookUp(known, name, 'figure');
      const figure = await readFigure(name);
      return [{ name: figure.name, figure }];
    }),
  );
  return found.flat();
}

function figuresOf({ experiment, figures }: StoredExperiment): Named[] {
  return figures.map((figure) => ({ name: `${experiment}/${figure.name}`, figure }));
}
