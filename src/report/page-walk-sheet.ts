/** Page walks: how many, how many table entries each read at which level, and what served those reads. */
import type { Mark } from './exactness-marks.js';
import { NONE, ratio, whole } from './number-text.js';
import type { PageWalkRow, ResultRow } from './result-row.js';
import { left, right, type Sheet } from './sheet.js';
import { heading } from './summary-sheet.js';
import type { Comparison } from './summary.js';

const DIMENSIONS = ['guest', 'nested', 'shadow'] as const satisfies readonly PageWalkRow['dimension'][];

const SERVED = [
  ['l1Refs', 'served\n% by L1'],
  ['l2Refs', '\nL2'],
  ['l3Refs', '\nL3'],
  ['memoryRefs', '\nmem'],
] as const satisfies readonly (readonly [keyof PageWalkRow, string])[];

export function pageWalkSheet(comparisons: readonly Comparison[], mark: Mark): Sheet {
  const rows = comparisons.flatMap(({ lines }) => lines.flatMap(({ row }) => row.pageWalks));
  const levels = [...new Set(rows.map(({ level }) => level))].sort((a, b) => b - a);
  return {
    title:
      'Page walks: references per walk by table (g guest, n nested, s shadow) and level, what served or saved them',
    columns: [
      left('strategy'),
      right('\nwalks'),
      right('refs per\nwalk'),
      right('cycles\nper walk'),
      left('tables'),
      ...levels.map((level) => right(`\nL${level}`)),
      right('\nall'),
      right('saved\nPWC'),
      right('\nnTLB'),
      ...SERVED.map(([, header]) => right(header)),
    ],
    groups: comparisons.map((comparison) => ({
      heading: heading(comparison),
      rows: comparison.lines.flatMap(({ row }) => strategyRows(row, mark(row), levels)),
    })),
  };
}

/** One line for each dimension; what concerns the whole walk stands on the first. */
function strategyRows(row: ResultRow, name: string, levels: readonly number[]): string[][] {
  const { walks, walkRefs } = row.counters;
  const whole2d = [name, whole(walks), ratio(walkRefs, walks, 2), ratio(row.cycles.walks, walks, 1)];
  const dimensions = DIMENSIONS.filter((name) => row.pageWalks.some(({ dimension }) => dimension === name));
  if (dimensions.length === 0) return [[...whole2d, ...Array<string>(levels.length + 4 + SERVED.length).fill(NONE)]];
  return dimensions.map((name, at) => {
    const own = row.pageWalks.filter(({ dimension }) => dimension === name);
    const refs = total(own, 'refs');
    return [
      ...(at === 0 ? whole2d : ['', '', '', '']),
      tableNames(name, own),
      ...levels.map((level) =>
        ratio(
          total(
            own.filter((walk) => walk.level === level),
            'refs',
          ),
          walks,
          2,
        ),
      ),
      ratio(refs, walks, 2),
      ratio(total(own, 'walkCacheSkippedRefs'), walks, 2),
      ratio(total(own, 'nestedTlbSkippedRefs'), walks, 2),
      ...SERVED.map(([key]) => ratio(100 * total(own, key), refs, 1)),
    ];
  });
}

/** `gL4…gL1`, from the highest to the lowest level that was read. */
function tableNames(dimension: PageWalkRow['dimension'], rows: readonly PageWalkRow[]): string {
  const names = rows.map(({ level }) => `${dimension[0]!}L${level}`);
  return names.length === 1 ? names[0]! : `${names[0]!}…${names.at(-1)!}`;
}

type Summed = 'refs' | 'walkCacheSkippedRefs' | 'nestedTlbSkippedRefs' | (typeof SERVED)[number][0];

function total(rows: readonly PageWalkRow[], key: Summed): number {
  return rows.reduce((sum, row) => sum + row[key], 0);
}
