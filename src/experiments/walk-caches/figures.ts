/** Walk caches in pictures: what walks cost with each set of them, and how few entries most reads go to. */
import { WALK_CACHES } from '../../config/walk-caches.js';
import type { Figure } from '../../figures/figure.js';
import { CACHES, MACHINE } from './measure.js';
import { SHARES, type Reuse } from './reuse.js';
import type { Spread, Summary } from './summary.js';

const ends = ({ least, most }: Spread): readonly [number, number] => [least, most];

export function figures(summaries: readonly Summary[], reuses: readonly Reuse[], seeds: number): Figure[] {
  const programs = [...new Set(summaries.map(({ program }) => program))];
  const of = (caches: string): Summary[] => summaries.filter((summary) => summary.caches === caches);
  return [
    {
      name: 'cycles',
      title: 'Cycles of a walk by walk caches',
      caption: `${MACHINE}, nested paging, 4 KiB pages in both dimensions, after a warm-up. Mean of ${seeds} seeds, from the least to the most.`,
      width: 'column',
      plot: {
        kind: 'bars',
        groups: programs,
        groupTitle: 'program',
        y: { title: 'cycles of a walk', scale: 'linear' },
        series: WALK_CACHES.map((caches) => ({
          label: CACHES[caches],
          values: of(caches).map(({ cycles }) => cycles.mean),
          spread: of(caches).map(({ cycles }) => ends(cycles)),
        })),
      },
    },
    {
      name: 'reuse',
      title: 'Reads of walks by the share of table entries that they go to',
      caption: `Entries in the order of their use, ${MACHINE}, nested paging. Without walk caches, and what 2D_PWC+NT leaves.`,
      width: 'column',
      plot: {
        kind: 'xy',
        x: { title: '% of the entries, the most used first', scale: 'log10' },
        y: { title: '% of the reads', scale: 'linear', to: 100 },
        series: reuses.map(({ program, caches, reads }) => ({
          label: `${program}, ${caches === 'none' ? 'all' : 'left'}`,
          as: 'line',
          points: reads.map((share, at) => [100 * SHARES[at]!, 100 * share] as const),
        })),
        line: { at: 90, label: '90 %' },
      },
    },
  ];
}
