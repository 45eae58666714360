/** Sweep explorer: any counter over any two axes, the rest held at one value each, one chart for each value of a third. */
import type { CounterName } from '../../counters/counters.js';
import type { Figure } from '../../figures/figure.js';
import { isExcluded, type ResultRow } from '../../report/result-row.js';
import { Chart } from '../chart/chart.js';
import { Notes } from '../parts/notes.js';
import { plain, Select } from '../parts/select.js';
import { Table, type Column } from '../parts/table.js';
import { Term } from '../parts/term.js';
import { areNumbers, fieldsOf, isAt, MEASURES, type Field, type Measure } from '../sweep-fields.js';
import type { View, ViewProps } from '../view.js';

export const sweep: View = {
  id: 'sweep',
  title: 'Sweep explorer',
  show: (props) => <Sweep {...props} />,
  isThere: ({ rows }) => rows.length > 1,
};

const NONE = 'none';
const FILTER = 'only-';

function Sweep({ rows: all, chosen, choose, prices }: ViewProps) {
  const fields = fieldsOf(all);
  const [first, second] = preferred(fields);
  if (first === undefined) return <p>All rows are alike: there is no axis to spread them over.</p>;
  const measure = MEASURES.find(({ name }) => name === chosen['measure']) ?? MEASURES[0]!;
  const across = fields.find(({ name }) => name === chosen['across']) ?? first;
  const rest = fields.filter((field) => field !== across);
  const series = rest.find(({ name }) => name === chosen['series']) ?? (second !== across ? second : rest[0]);
  const facet = rest.find(({ name }) => name === chosen['facet'] && name !== series?.name);
  const held = rest.filter((field) => field !== series && field !== facet);
  const filters = held.map((field) => ({
    field,
    value: field.values.find((value) => value === chosen[FILTER + field.name]) ?? field.values[0]!,
  }));
  const kept = all.filter((row) => filters.every(({ field, value }) => isAt(row, field, value)));
  const ran = kept.filter((row) => !isExcluded(row));
  const most = Math.max(...ran.map(measure.of));
  const facets = facet === undefined ? [null] : facet.values;
  const names = fields.map(({ name }) => name);
  return (
    <>
      <div class="fields">
        <Select
          label="what"
          options={plain(MEASURES.map(({ name }) => name))}
          value={measure.name}
          onChoose={(name) => choose({ measure: name })}
        />
        <Select label="over" options={plain(names)} value={across.name} onChoose={(name) => choose({ across: name })} />
        {series !== undefined && (
          <Select
            label="and over, as series"
            options={plain(rest.map(({ name }) => name))}
            value={series.name}
            onChoose={(name) => choose({ series: name })}
          />
        )}
        {rest.length > 1 && (
          <Select
            label="a chart for each"
            options={plain([NONE, ...rest.filter((field) => field !== series).map(({ name }) => name)])}
            value={facet?.name ?? NONE}
            onChoose={(name) => choose({ facet: name === NONE ? null : name })}
          />
        )}
        {filters.map(({ field, value }) => (
          <Select
            key={field.name}
            label={`only ${field.name}`}
            options={plain(field.values)}
            value={value}
            onChoose={(one) => choose({ [FILTER + field.name]: one })}
          />
        ))}
      </div>
      <p>
        <Term name={measure.name} />, in {measure.unit}.
      </p>
      <Notes rows={kept} />
      {prices(false)}
      {kept.length > ran.length && (
        <ul>
          {kept.filter(isExcluded).map((row) => (
            <li key={JSON.stringify(row)}>
              {row.trace}, {row.strategy}: {row.exactness}
            </li>
          ))}
        </ul>
      )}
      {facets.map((value) => {
        const some = value === null ? ran : ran.filter((row) => isAt(row, facet!, value));
        if (some.length === 0) return null;
        const about = [...filters.map((one) => one.value), ...(value === null ? [] : [value])]
          .filter((text) => text !== '')
          .join(', ');
        return <Chart key={value ?? ''} figure={figureOf(some, measure, across, series, about, most)} />;
      })}
      <Table name="sweep" title={`${ran.length} rows`} columns={columnsOf(fields, measure, ran)} rows={ran} />
    </>
  );
}

/** An axis of a sweep first, then the trace; strategies beside each other. */
function preferred(fields: readonly Field[]): readonly [Field | undefined, Field | undefined] {
  const axis = fields.find(({ name }) => name.includes('.'));
  const named = (name: string): Field | undefined => fields.find((field) => field.name === name);
  const first = axis ?? named('trace') ?? fields[0];
  const others = fields.filter((field) => field !== first);
  return [first, others.find(({ name }) => name === 'strategy') ?? others[0]];
}

function figureOf(
  rows: readonly ResultRow[],
  { name, unit, of }: Measure,
  across: Field,
  series: Field | undefined,
  about: string,
  /** Of all charts beside this one, so that they have one scale. */
  most: number,
): Figure {
  const labels =
    series === undefined ? [name] : series.values.filter((label) => rows.some((row) => series.of(row) === label));
  const at = (label: string, value: string): number | null => {
    const row = rows.find((one) => across.of(one) === value && (series === undefined || series.of(one) === label));
    return row === undefined ? null : of(row);
  };
  const shared = {
    name: `sweep-${name}`,
    title: `${name} by ${across.name}${about === '' ? '' : ` (${about})`}`,
    caption: series === undefined ? '' : `Series: ${series.name}.`,
    width: 'page',
  } as const;
  const measured = { title: name === 'cyclesPerKiloRef' ? unit : `${name}, ${unit}` };
  const values = across.values.filter((value) => rows.some((row) => across.of(row) === value));
  if (areNumbers(values))
    return {
      ...shared,
      plot: {
        kind: 'xy',
        x: { title: across.name, scale: 'linear' },
        y: { ...measured, scale: 'linear', to: most },
        series: labels.map((label) => ({
          label,
          as: 'line',
          points: values.flatMap((value) => {
            const y = at(label, value);
            return y === null ? [] : [[Number(value), y] as const];
          }),
        })),
      },
    };
  return {
    ...shared,
    plot: {
      kind: 'dots',
      rows: values,
      x: { ...measured, scale: rows.every((row) => of(row) > 0) ? 'log10' : 'linear' },
      series: labels.map((label) => ({ label, values: values.map((value) => at(label, value)) })),
    },
  };
}

function columnsOf(fields: readonly Field[], { name, of }: Measure, rows: readonly ResultRow[]): Column<ResultRow>[] {
  const intervalOf = (row: ResultRow) => row.intervals?.[name as CounterName];
  const isEstimated = rows.some((row) => intervalOf(row) !== undefined);
  const ends: Column<ResultRow>[] = [
    { name: `${name}Low`, value: (row) => intervalOf(row)?.[0] ?? of(row) },
    { name: `${name}High`, value: (row) => intervalOf(row)?.[1] ?? of(row) },
  ];
  return [
    ...fields.map((field) => ({ name: field.name, value: field.of })),
    { name, value: of },
    ...(isEstimated ? ends : []),
  ];
}
