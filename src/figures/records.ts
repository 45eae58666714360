/** The numbers of a figure as records, one for each mark that is drawn: what a reader takes along as CSV. */
import type { Records, Value } from '../report/records.js';
import type { Figure } from './figure.js';

export function figureRecords({ plot }: Figure): Records {
  switch (plot.kind) {
    case 'xy':
      return {
        columns: ['series', 'name', plot.x.title, plot.y.title],
        records: plot.series.flatMap(({ label, points, names }) =>
          points.map(([x, y], at) => [label, names?.[at] ?? '', x, y]),
        ),
      };
    case 'bars':
      return {
        columns: [plot.groupTitle, 'series', plot.y.title, 'least', 'most'],
        records: plot.series.flatMap(({ label, values, spread }) =>
          present(values).map(([value, at]) => [
            plot.groups[at]!,
            label,
            value,
            spread?.[at]?.[0] ?? '',
            spread?.[at]?.[1] ?? '',
          ]),
        ),
      };
    case 'dots':
      return {
        columns: ['name', 'series', plot.x.title],
        records: plot.series.flatMap(({ label, values }) =>
          present(values).map(([value, at]): Value[] => [plot.rows[at]!, label, value]),
        ),
      };
    case 'ranges':
      return {
        columns: ['name', 'input', plot.x.title],
        records: plot.rows.flatMap(({ label, low, high }): Value[][] => [
          [label, low.input, low.result],
          [label, high.input, high.result],
        ]),
      };
  }
}

function present(values: readonly (number | null)[]): (readonly [value: number, at: number])[] {
  return values.flatMap((value, at) => (value === null ? [] : [[value, at] as const]));
}
