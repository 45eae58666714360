// Writes what commands print into documents: between `<!-- begin: vmmu … -->` and `<!-- end -->`. With --check nothing is written, and a
// document that differs is an error. Needs `npm run build`.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const check = process.argv.includes('--check');
const files = process.argv.slice(2).filter((word) => word !== '--check');
if (files.length === 0) throw new Error('usage: node scripts/generated-blocks.mjs [--check] FILE.md…');

const BLOCK = /(<!-- begin: vmmu ([^\n]*) -->\n)[\s\S]*?(<!-- end -->)/g;

/** A list of sentences, or Markdown below the document's own headings. */
function printed(command) {
  const text = execFileSync(process.execPath, ['dist/cli/main.js', ...command.split(' ')], { encoding: 'utf8' });
  if (command.endsWith('--format answer')) return text.trimEnd().replace(/^/gm, '- ');
  return text.trimEnd().replace(/^#/gm, '##');
}

for (const file of files) {
  const before = readFileSync(file, 'utf8');
  const after = before.replace(BLOCK, (_, begin, command, end) => `${begin}\n${printed(command)}\n\n${end}`);
  if (check && after !== before) {
    console.error(`${file}: what it quotes is not what is printed now; run node scripts/generated-blocks.mjs ${file}`);
    process.exitCode = 1;
  } else if (!check) writeFileSync(file, after);
}
