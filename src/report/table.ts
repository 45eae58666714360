/** Tables for a terminal: columns aligned, no colour, 120 columns wide at the most for the usual strategies. */
import { report } from './report.js';
import type { ResultRow } from './result-row.js';
import type { Report, Sheet } from './sheet.js';

const GAP = '  ';

export function table(rows: readonly ResultRow[]): string {
  return tables(report(rows));
}

export function tables({ sections, notes }: Report): string {
  const blocks = sections.flatMap(({ title, sheets }) => [
    `${title}\n${'='.repeat(title.length)}`,
    ...sheets.map(sheetText),
  ]);
  return `${[...blocks, notes.join('\n')].join('\n\n')}\n`;
}

function sheetText({ title, columns, groups }: Sheet): string {
  const header = headerLines(columns.map((column) => column.header.split('\n')));
  const cells = [...header, ...groups.flatMap(({ rows }) => rows)];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (columns[at]!.align === 'left' ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join(GAP)
      .trimEnd();
  const indented = (row: readonly string[]): string => `${GAP}${line(row)}`;
  return [
    title,
    '',
    ...header.map(indented),
    ...groups.flatMap(({ heading, rows, closing = [] }) => [
      heading,
      ...rows.map(indented),
      ...closing.map((text) => `${GAP}→ ${text}`),
    ]),
  ].join('\n');
}

/** Headers of one or two lines, standing on the last. */
function headerLines(headers: readonly (readonly string[])[]): string[][] {
  const height = Math.max(...headers.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    headers.map((header) => header[line - height + header.length] ?? ''),
  );
}
