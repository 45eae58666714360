/** A figure in words, for those who hear it: what is drawn over what, and from where to where. */
import { short } from './axes.js';
import type { Figure, Plot, Scale } from './figure.js';

export function description({ caption, plot }: Figure): string {
  return `${caption} ${inWords(plot)}`;
}

function inWords(plot: Plot): string {
  switch (plot.kind) {
    case 'xy': {
      const points = plot.series.flatMap((one) => one.points);
      return [
        `Curves and points of ${series(plot.series)}.`,
        over(
          'Across',
          plot.x,
          points.map(([x]) => x),
        ),
        over(
          'Upwards',
          plot.y,
          points.map(([, y]) => y),
        ),
      ].join(' ');
    }
    case 'bars':
      return `Bars of ${series(plot.series)} for ${plot.groups.join(', ')}. ${over('Upwards', plot.y, known(plot.series))}`;
    case 'dots':
      return `Marks of ${series(plot.series)} for ${plot.rows.join(', ')}. ${over('Across', plot.x, known(plot.series))}`;
    case 'ranges':
      return `Bars for ${plot.rows.map(({ label }) => label).join(', ')}. ${over(
        'Across',
        plot.x,
        plot.rows.flatMap(({ low, high }) => [low.result, high.result]),
      )}`;
  }
}

const series = (all: readonly { label: string }[]): string => all.map(({ label }) => label).join(', ');

const known = (all: readonly { values: readonly (number | null)[] }[]): number[] =>
  all.flatMap(({ values }) => values.filter((value) => value !== null));

function over(direction: string, { title, scale }: Scale, values: readonly number[]): string {
  const kind = scale === 'linear' ? '' : ', logarithmic';
  if (values.length === 0) return `${direction}: ${title}${kind}.`;
  return `${direction}: ${title}${kind}, from ${short(Math.min(...values))} to ${short(Math.max(...values))}.`;
}
