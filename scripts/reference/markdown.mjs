// Markdown of the pages of the reference.

/** A table from rows that all have the same keys; cells are Markdown already. */
export function table(rows) {
  const names = Object.keys(rows[0]);
  const lines = [names, names.map(() => '---'), ...rows.map((row) => names.map((name) => String(row[name])))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A sentence that may hold code in backquotes. */
export const text = (words) => words.replace(/[|<]/g, '\\$&').replace(/\s*\n\s*/g, ' ');

export const code = (words) => `\`${words.replace(/\|/g, '\\|')}\``;

export const codes = (names) => names.map((name) => code(String(name))).join(', ');

export const page = (...blocks) => `${blocks.flat(Infinity).join('\n\n')}\n`;
