/** New processes in pictures: published and computed ratios, and exits by the size of the process. */
import type { Figure } from '../../figures/figure.js';
import { WAYS, WRITTEN, type Sized } from './costs.js';
import type { Ratio } from './published.js';

export function figures(ratios: readonly Ratio[], sizes: readonly Sized[]): Figure[] {
  return [
    {
      name: 'ratios',
      title: 'Processes: time over that of the base, published and computed',
      caption:
        'forkwait: first hardware VMM over bare metal, Prescott. fork, exec, sh: shadow over nested tables, Cascade Lake.',
      width: 'column',
      plot: {
        kind: 'bars',
        groups: ratios.map(({ what }) => what),
        groupTitle: 'what',
        y: { title: 'time over the base', scale: 'linear' },
        series: (['published', 'computed'] as const).map((label) => ({
          label,
          values: ratios.map((row) => row[label]),
        })),
      },
    },
    {
      name: 'sizes',
      title: 'VM exits of one fork, exit and wait, by pages of the process',
      caption: `${WRITTEN} pages are written by child and parent. write-protect on Prescott, shadow and nested tables on Cascade Lake.`,
      width: 'column',
      plot: {
        kind: 'xy',
        x: { title: 'pages of the process', scale: 'log2' },
        y: { title: 'VM exits', scale: 'log10' },
        series: WAYS.map(({ title }, way) => ({
          label: title,
          as: 'line',
          points: sizes.map(({ pages, costs }) => [pages, costs[way]!.exits] as const),
        })),
      },
    },
  ];
}
