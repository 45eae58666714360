/** Distinct first levels among several TLBs, and which TLBs have each, with their distinct second levels. */
import { dataLevels, secondLevels } from '../tlb-arrays.js';
import { levelOf, type Level, type TlbConfig } from './shapes.js';

/** One first level and the TLBs that have it. */
export interface FirstLevel {
  /** Numbers of those TLBs. */
  readonly tlbs: readonly number[];
  /** For instructions and for data, which may be one; null: there is none. Members are numbered as the TLBs. */
  readonly second: readonly [Level, Level] | null;
}

export interface FirstLevels {
  readonly all: readonly FirstLevel[];
  /** By kind of reference, fetch, read, write: members are numbered as the first levels. */
  readonly of: readonly [Level, Level, Level];
}

/** @param tlbs distinct ones, of one outline */
export function firstLevels(tlbs: readonly TlbConfig[]): FirstLevels {
  const groups = new Map<string, number[]>();
  for (const [number, { l1i, l1d }] of tlbs.entries()) {
    const name = JSON.stringify([l1i, l1d]);
    groups.set(name, [...(groups.get(name) ?? []), number]);
  }
  const members = [...groups.values()];
  const ids = members.map((_, at) => at);
  const firsts = members.map(([number]) => tlbs[number!]!);
  const data = (store: number): Level =>
    levelOf(
      firsts.map(({ l1d }) => dataLevels(l1d).at(store)!),
      ids,
    );
  const load = data(0);
  const isSplit = dataLevels(firsts[0]!.l1d).length > 1;
  return {
    all: members.map((numbers) => ({ tlbs: numbers, second: secondOf(tlbs, numbers) })),
    of: [
      levelOf(
        firsts.map(({ l1i }) => l1i),
        ids,
      ),
      load,
      isSplit ? data(1) : load,
    ],
  };
}

function secondOf(tlbs: readonly TlbConfig[], numbers: readonly number[]): FirstLevel['second'] {
  const levels = numbers.map((number) => secondLevels(tlbs[number]!.l2));
  const sides = levels[0]!.length;
  if (sides === 0) return null;
  const side = (at: number): Level =>
    levelOf(
      levels.map((level) => level[at]!),
      numbers,
    );
  const data = side(sides - 1);
  return [sides === 1 ? data : side(0), data];
}
