/** A table that scrolls by itself where it is too wide, and goes along as CSV. */
import type { ComponentChild } from 'preact';
import { csv } from '../../report/csv.js';
import type { Value } from '../../report/records.js';
import { numberText } from '../chart/numbers.js';
import { save } from '../chart/save.js';
import { Term } from './term.js';

/** Rows that are shown: more would take long to draw, and nobody reads them. */
const MOST = 500;

export interface Column<T> {
  /** As in CSV; a name of the glossary opens its entry. */
  readonly name: string;
  /** Its entry, where the column's name is that of another one. */
  readonly term?: string;
  readonly value: (row: T) => Value;
  /** What is shown instead of the value. */
  readonly show?: (row: T) => ComponentChild;
}

export function Table<T>({
  name,
  title,
  columns,
  rows,
}: {
  /** Of its file, without `.csv`. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
}) {
  const take = (): void => {
    const records = rows.map((row) => columns.map(({ value }) => value(row)));
    save(`${name}.csv`, 'text/csv', csv({ columns: columns.map((column) => column.name), records }));
  };
  return (
    <div class="table" data-table={name}>
      <div class="scroll" role="region" aria-label={title} tabIndex={0}>
        <table>
          <caption>{title}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.name} scope="col">
                  <Term name={column.term ?? column.name}>{column.name}</Term>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST).map((row, at) => (
              <tr key={at}>
                {columns.map((column) => (
                  <Cell key={column.name} column={column} row={row} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MOST && (
        <p>
          The first {MOST} of {rows.length} rows; the CSV has all.
        </p>
      )}
      <p class="take">
        <button type="button" onClick={take}>
          CSV<span class="unseen"> of {title}</span>
        </button>
      </p>
    </div>
  );
}

function Cell<T>({ column, row }: { readonly column: Column<T>; readonly row: T }) {
  const value = column.value(row);
  const text = typeof value === 'number' ? numberText(value) : value;
  return <td class={typeof value === 'number' ? 'number' : undefined}>{column.show?.(row) ?? text}</td>;
}
