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
  readonly band: Band | null;
  readonly tag: Tag;
  readonly source: string;
}

const PVM = {
  way: SHADOW,
  base: NESTED,
  cyclesOfMicrosecond: 2500,
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
    band: [10, 25],
    tag: 'S',
    source: 'Adams & Agesen, ASPLOS 2006',
  },
  { ...PVM, what: 'fork', operations: ['fork'], microseconds: [504.67, 82.13], band: [4, 8] },
  { ...PVM, what: 'exec', operations: EXEC, microseconds: [1500, 422.33], band: null },
  { ...PVM, what: 'sh', operations: ['fork', 'exec', 'exec'], microseconds: [4200, 1600], band: null },
];

export interface Ratio extends Published {
  readonly published: number;
  readonly computed: number;
  readonly exits: number;
  readonly verdict: string;
}

export function ratioOf(row: Published): Ratio {
  const { what, operations, way, base, microseconds, cyclesOfMicrosecond, band } = row;
  const bare = microseconds[1] * cyclesOfMicrosecond;
  const { added, exits } = costOfAll(operations, way);
  const computed = (bare + added) / (bare + (base === null ? 0 : costOfAll(operations, base).added));
  const published = microseconds[0] / microseconds[1];
  const verdict =
    band === null ? 'shown' : within({ what, target: decimal(published, 2), measured: computed, band }).verdict;
  return { ...row, published, computed, exits, verdict };
}
