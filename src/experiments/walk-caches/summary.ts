/** The seeds of a program with one set of caches, put together. */
import { WALK_CACHES, type WalkCaches } from '../../config/walk-caches.js';
import type { Measured } from './measure.js';

export interface Spread {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

export interface Summary {
  readonly program: string;
  readonly caches: WalkCaches;
  /** For each walk that ended in a translation. */
  readonly refs: Spread;
  readonly cycles: Spread;
  /** Of what the same seed costs without walk caches. */
  readonly share: Spread;
}

export function summed(rows: readonly Measured[]): Summary[] {
  const programs = [...new Set(rows.map(({ program }) => program))];
  return programs.flatMap((program) => WALK_CACHES.map((caches) => summary(rows, program, caches)));
}

function summary(rows: readonly Measured[], program: string, caches: WalkCaches): Summary {
  const of = (wanted: WalkCaches): Measured[] => rows.filter((row) => row.program === program && row.caches === wanted);
  const bare = of('none');
  const own = of(caches);
  return {
    program,
    caches,
    refs: spread(own.map(({ walkRefs, walks }) => walkRefs / walks)),
    cycles: spread(own.map(({ walkCycles, walks }) => walkCycles / walks)),
    share: spread(own.map(({ walkCycles }, seed) => walkCycles / bare[seed]!.walkCycles)),
  };
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, least: Math.min(...values), most: Math.max(...values) };
}

/** Programs and seeds on which no set of caches is dearer than the one before it. */
export function ordered(rows: readonly Measured[]): { readonly held: number; readonly of: number } {
  const series = rows
    .filter(({ caches }) => caches === 'none')
    .map(({ program, seed }) => rows.filter((row) => row.program === program && row.seed === seed));
  const held = series.filter((cells) =>
    cells.every(({ walkCycles }, at) => at === 0 || walkCycles <= cells[at - 1]!.walkCycles),
  );
  return { held: held.length, of: series.length };
}
