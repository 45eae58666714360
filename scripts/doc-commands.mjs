// Runs the commands that README, CONTRIBUTING and docs show, page by page in a copy of the repository, each page in a folder of its own. A block that
// cannot run says why: scripts/docs/blocks.mjs. Given pages, only those. Prints the seconds of each block.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv, chdir, exit, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { blocks } from './docs/blocks.mjs';
import { freshFolder, makeCopy } from './docs/copy.mjs';
import { pages } from './docs/pages.mjs';

chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Of one block: what takes longer belongs elsewhere, or is marked. */
const MOST_SECONDS = '120';

const copy = makeCopy();
const began = performance.now();
const skipped = [];
const failed = [];
let run = 0;

for (const page of argv.length > 2 ? argv.slice(2) : pages()) {
  const found = blocks(readFileSync(page, 'utf8'));
  if (!found.some(({ commands }) => commands !== undefined)) continue;
  const { folder, environment } = freshFolder(copy);
  for (const block of found) {
    const place = `${page}:${block.line}`;
    if (block.file !== undefined) {
      mkdirSync(dirname(join(folder, block.file)), { recursive: true });
      writeFileSync(join(folder, block.file), block.text);
    } else if (block.skipped) {
      skipped.push(`${place}: ${block.why}`);
    } else {
      run += 1;
      if (!runs(place, block, folder, environment)) failed.push(place);
    }
  }
}
rmSync(copy.root, { recursive: true });
for (const what of skipped) stdout.write(`not run   ${what}\n`);
for (const place of failed) stdout.write(`FAILED    ${place}\n`);
const seconds = Math.round((performance.now() - began) / 1000);
stdout.write(
  `${run - failed.length} blocks passed, ${failed.length} failed, ${skipped.length} not run, ${seconds} s\n`,
);
exit(failed.length > 0 ? 1 : 0);

function runs(place, { commands, status }, cwd, env) {
  const start = performance.now();
  const options = { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 28 };
  const ended = spawnSync('timeout', [MOST_SECONDS, 'bash', '-e', '-o', 'pipefail', '-c', commands], options);
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  const passed = ended.status === status;
  stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${seconds} s  ${place}\n`);
  if (!passed)
    stdout.write(`${commands}status ${ended.status}, expected ${status}\n${tail(ended.stdout)}${tail(ended.stderr)}`);
  return passed;
}

function tail(text) {
  return text === '' ? '' : `${text.trimEnd().split('\n').slice(-12).join('\n')}\n`;
}
