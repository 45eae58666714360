/** Plain aligned columns for lists. */
import type { Cell, Listed } from './listed.js';

export function columns(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const first = rows[0];
  if (first === undefined) return '';
  const names = Object.keys(first);
  return aligned([names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))]);
}

/** One line for each label, more for a list. */
export function sheet(labels: Listed['sheet']): string {
  return aligned(
    Object.entries(labels).flatMap(([label, value]) => {
      const lines = Array.isArray(value) ? (value as readonly string[]) : [String(value)];
      return lines.map((line, at) => [at === 0 ? label : '', line]);
    }),
  );
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = (line: readonly string[]): string =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return lines.map((line) => `${text(line)}\n`).join('');
}
