/** What must be known of the rows that are shown: which are not exact, which could not be run, what is a model, which keep their cycles. */
import type { ResultRow } from '../../report/result-row.js';
import { isFixed } from '../rows.js';

export function Notes({ rows }: { readonly rows: readonly ResultRow[] }) {
  const inexact = rows.filter(({ exactness }) => exactness !== 'exact');
  const notes = [
    ...byText(inexact, ({ exactness }) => exactness),
    ...byText(
      rows.filter(({ intervals }) => intervals !== undefined),
      () => 'some counters are estimates with intervals of 85 %, which the sweep explorer has',
    ),
    ...byText(rows.filter(isFixed), () => 'keep the cycles that they were recorded with, whatever prices are set'),
    ...[...new Set(rows.map(({ tableLines }) => `table lines in data caches: ${tableLines}`))],
  ];
  return (
    <ul class="faint" data-testid="notes">
      {notes.map((note) => (
        <li key={note}>{note}.</li>
      ))}
    </ul>
  );
}

/** Each text once, behind the strategies that it is about. */
function byText(rows: readonly ResultRow[], text: (row: ResultRow) => string): string[] {
  const texts = [...new Set(rows.map(text))];
  return texts.map((one) => {
    const about = rows.filter((row) => text(row) === one).map(({ strategy }) => strategy);
    return `${[...new Set(about)].join(', ')}: ${one}`;
  });
}
