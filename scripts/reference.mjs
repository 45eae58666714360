// Writes docs/reference from the code. With --check nothing is written, and a page that differs is an error. Needs `npm run build`.
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, exit, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { cli } from './reference/cli.mjs';
import { configuration } from './reference/configuration.mjs';
import { costs, counters, exits, formats, generators, strategies } from './reference/lists.mjs';
import { machines } from './reference/machines.mjs';

const FOLDER = fileURLToPath(new URL('../docs/reference/', import.meta.url));
const PAGES = { cli, configuration, costs, counters, exits, formats, generators, machines, strategies };

const old = [];
for (const [name, page] of Object.entries(PAGES)) {
  const path = `${FOLDER}${name}.md`;
  const text = `<!-- Written by scripts/reference.mjs. -->\n\n${await page()}`;
  if (!argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) old.push(`docs/reference/${name}.md`);
}
if (old.length > 0) {
  stderr.write(`not what the code says now: ${old.join(', ')}; run npm run build && node scripts/reference.mjs\n`);
  exit(1);
}
