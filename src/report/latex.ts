/** The tables of the terminal as LaTeX `table` environments; needs the package booktabs. */
import { latexText } from './latex-text.js';
import { report } from './report.js';
import type { ResultRow } from './result-row.js';
import type { Report, RowGroup, Sheet } from './sheet.js';

export function latex(rows: readonly ResultRow[]): string {
  return reportLatex(report(rows));
}

export function reportLatex({ sections, notes }: Report): string {
  const tables = sections.flatMap(({ title, sheets }) => sheets.map((sheet) => tableText(title, sheet)));
  return `${['% needs \\usepackage{booktabs}', ...tables, ...notes.map(latexText)].join('\n\n')}\n`;
}

function tableText(section: string, { title, columns, groups }: Sheet): string {
  const span = (text: string): string => `\\multicolumn{${columns.length}}{l}{${latexText(text)}} \\\\`;
  const group = ({ heading, rows, closing = [] }: RowGroup): string[] => [
    '\\midrule',
    span(heading),
    ...rows.map(line),
    ...closing.map(span),
  ];
  return [
    '\\begin{table}',
    `\\caption{${latexText(`${title}. ${section}.`)}}`,
    `\\begin{tabular}{${columns.map(({ align }) => align[0]!).join('')}}`,
    '\\toprule',
    line(columns.map(({ header }) => header.replace('\n', ' ').trim())),
    ...groups.flatMap(group),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `${cells.map(latexText).join(' & ')} \\\\`;
}
