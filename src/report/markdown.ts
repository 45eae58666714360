/** The tables of the terminal as GitHub-flavoured Markdown. */
import { report } from './report.js';
import type { ResultRow } from './result-row.js';
import type { Column, Report, RowGroup, Sheet } from './sheet.js';

export function markdown(rows: readonly ResultRow[]): string {
  return reportMarkdown(report(rows));
}

export function reportMarkdown({ sections, notes }: Report): string {
  const blocks = sections.flatMap(({ title, sheets }) => [`## ${escape(title)}`, ...sheets.flatMap(sheetBlocks)]);
  return `${[...blocks, ...notes.map(escape)].join('\n\n')}\n`;
}

function sheetBlocks({ title, columns, groups }: Sheet): string[] {
  return [`### ${escape(title)}`, ...groups.flatMap((group) => groupBlocks(columns, group))];
}

function groupBlocks(columns: readonly Column[], { heading, rows, closing = [] }: RowGroup): string[] {
  const lines = [
    columns.map(({ header }) => header.replace('\n', ' ').trim()),
    columns.map(({ align }) => (align === 'left' ? ':--' : '--:')),
    ...rows,
  ].map((cells) => `| ${cells.map(escape).join(' | ')} |`);
  return [`**${escape(heading)}**`, lines.join('\n'), ...closing.map(escape)];
}

function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, '\\$&');
}
