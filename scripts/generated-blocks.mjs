// Writes what commands print into documents: between `<!-- begin: vmmu … -->` and `<!-- end -->`. With --check nothing is written, and a
// document that differs is an error. Needs `npm run build`. Where a command prints for a terminal, the command stands above the first of what it
// prints; `<!-- begin: vmmu … (lines 1-4, 9) -->` leaves out the other lines.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const check = process.argv.includes('--check');
const files = process.argv.slice(2).filter((word) => word !== '--check');
if (files.length === 0) throw new Error('usage: node scripts/generated-blocks.mjs [--check] FILE.md…');

const BLOCK = /(<!-- begin: vmmu ([^\n]*?)(?: \(lines ([\d, -]+)\))? -->\n)[\s\S]*?(<!-- end -->)/g;

/** What each command has printed. */
const texts = new Map();

/** A list of sentences, Markdown below the document's own headings, or a command and its text. */
function printed(command, lines) {
  const known = texts.get(command);
  const text =
    known ?? execFileSync(process.execPath, ['dist/cli/main.js', ...command.split(' ')], { encoding: 'utf8' });
  texts.set(command, text);
  if (command.endsWith('--format answer')) return text.trimEnd().replace(/^/gm, '- ');
  if (command.endsWith('--format markdown')) return text.trimEnd().replace(/^#/gm, '##');
  const shown = `\`\`\`text\n${some(text.trimEnd().split('\n'), lines)}\n\`\`\``;
  return known === undefined ? `\`\`\`sh\nvmmu ${command}\n\`\`\`\n\n${shown}` : shown;
}

/** The lines asked for, with an ellipsis where others are left out. */
function some(all, asked = `1-${all.length}`) {
  const kept = asked.split(', ').map((range) => range.split('-').map(Number));
  const parts = kept.map(([first, last = first]) => all.slice(first - 1, last).join('\n'));
  const [[begin], end] = [kept[0], kept.at(-1).at(-1)];
  return `${begin > 1 ? '…\n' : ''}${parts.join('\n…\n')}${end < all.length ? '\n…' : ''}`;
}

for (const file of files) {
  texts.clear();
  const before = readFileSync(file, 'utf8');
  const after = before.replace(
    BLOCK,
    (_, begin, command, lines, end) => `${begin}\n${printed(command, lines)}\n\n${end}`,
  );
  if (check && after !== before) {
    console.error(`${file}: what it quotes is not what is printed now; run node scripts/generated-blocks.mjs ${file}`);
    process.exitCode = 1;
  } else if (!check) writeFileSync(file, after);
}
