/** Published times of new processes, and what comes out here. */
import { decimal } from '../../report/number-text.js';
import { within, type Band, type Tag } from '../checks/check.js';
import { costOfAll, EXEC, FIRST_VMM, NESTED, SHADOW, type Step, type Way } from './costs.js';

interface Published {
  readonly what: string;
  readonly operations: readonly Step[];
  readonly way: Way;
  /** What it is compared with; null: bare metal. */
  readonly base: Way | null;
  readonly microseconds: readonly [way: number, base: number];
  readonly cyclesOfMicrosecond: number;
  /** Of that clock: the time of the base in cycles, and so the computed ratio, can have no better one. */
  readonly clockTag: Tag | 'M';
  readonly band: Band | null;
  readonly tag: Tag;
  readonly source: string;
}

const PVM = {
  way: SHADOW,
  base: NESTED,
  cyclesOfMicrosecond: 2500,
  clockTag: 'P',
  tag: 'P',
  source: 'PVM, SOSP 2023, table 3',
} as const;

export const PUBLISHED: readonly Published[] = [
  {
    what: 'forkwait',
    operations: ['fork'],
    way: FIRST_VMM,
    base: null,
    microseconds: [106.4e6 / 40_000, 6e6 / 40_000],
    cyclesOfMicrosecond: 3800,
    clockTag: 'M',
    band: [10, 25],
    tag: 'S',
    source: 'Adams & Agesen, ASPLOS 2006, from a lecture note; 3.8 GHz, which is from memory',
  },
  { ...PVM, what: 'fork', operations: ['fork'], microseconds: [504.67, 82.13], band: [4, 8] },
  { ...PVM, what: 'exec', operations: EXEC, microseconds: [1500, 422.33], band: null },
  { ...PVM, what: 'sh', operations: ['fork', 'exec', 'exec'], microseconds: [4200, 1600], band: null },
];

export interface Ratio extends Published {
  readonly published: number;
  readonly computed: number;
  /** Cycles above those of the base. */
  readonly more: number;
  readonly exits: number;
  readonly verdict: string;
}

/** What the way adds, less what the base adds itself: the time of a base that is no bare metal was measured with that in it. */

export function ratioOf(row: Published): Ratio {
  const { what, operations, way, base, microseconds, cyclesOfMicrosecond, band } = row;
  const { added, exits } = costOfAll(operations, way);
  const more = added - (base === null ? 0 : costOfAll(operations, base).added);
  const computed = 1 + more / (microseconds[1] * cyclesOfMicrosecond);
  const published = microseconds[0] / microseconds[1];
  const verdict =
    band === null ? 'shown' : within({ what, target: decimal(published, 2), measured: computed, band }).verdict;
  return { ...row, published, computed, more, exits, verdict };
}

/** GHz of the base at which the computed ratio would be such. */
export function clockAt(ratio: number, { more, microseconds }: Ratio): number {
  return more / (ratio - 1) / microseconds[1] / 1000;
}
