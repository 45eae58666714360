/** The tables of the terminal as LaTeX `table` environments; needs the package booktabs. */
import { report } from './report.js';
import type { ResultRow } from './result-row.js';
import type { RowGroup, Sheet } from './sheet.js';

export function latex(rows: readonly ResultRow[]): string {
  const { sections, notes } = report(rows);
  const tables = sections.flatMap(({ title, sheets }) => sheets.map((sheet) => tableText(title, sheet)));
  return `${['% needs \\usepackage{booktabs}', ...tables, ...notes.map(escape)].join('\n\n')}\n`;
}

function tableText(section: string, { title, columns, groups }: Sheet): string {
  const span = (text: string): string => `\\multicolumn{${columns.length}}{l}{${escape(text)}} \\\\`;
  const group = ({ heading, rows, closing = [] }: RowGroup): string[] => [
    '\\midrule',
    span(heading),
    ...rows.map(line),
    ...closing.map(span),
  ];
  return [
    '\\begin{table}',
    `\\caption{${escape(`${title}. ${section}.`)}}`,
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
  return `${cells.map(escape).join(' & ')} \\\\`;
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '–': '--',
  '…': '\\dots{}',
};

function escape(text: string): string {
  return text.replace(/[\\~^–…&%$#_{}]/g, (character) => SPECIAL[character] ?? `\\${character}`);
}
