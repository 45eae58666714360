/** A stream of any length goes through in bounded memory. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder, ended, MAIN, printed } from '../cli/vmmu.js';
import { LONG } from '../long.js';

const folder = temporaryFolder();

/** References that go by: a billion are 14 GB of text. */
const REFERENCES = LONG ? 1_000_000_000 : 10_000_000;
const MOST_MB = 300;

/** Writes pieces of lackey's text into its standard output, as fast as they are taken; two hundred loads and stores to a page, so that the trace is small. */
const WRITER = `
  import { writeSync } from 'node:fs';
  import { lackeyPiece } from ${JSON.stringify(new URL('../../dist/bench/pieces.js', import.meta.url).href)};
  const { bytes, records } = lackeyPiece(200);
  for (let written = 0; written < ${REFERENCES}; written += records)
    for (let at = 0; at < bytes.length; at += writeSync(1, bytes, at));
`;
/** Says at the end how much the process has held since it began to run: what getrusage tells is at least as much as its parent held. */
const PEAK = `data:text/javascript,
  import { readFileSync } from 'node:fs';
  process.on('exit', () => console.error(readFileSync('/proc/self/status', 'utf8').match(/VmHWM:.*/)[0]));`;

test(`${REFERENCES.toLocaleString('en-US')} references from a pipe are imported within ${MOST_MB} MB`, async () => {
  const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const args = ['--import', PEAK, MAIN, 'trace', 'import', '-', '-o', 'long.arrows', '--name', 'long'];
  const reader = spawn(process.execPath, args, { cwd: folder, stdio: [writer.stdout, 'pipe', 'pipe'] });
  const { status, stderr } = await ended(reader);
  writer.kill();
  expect(status).toBe(0);
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(stderr)![1]) / 1024;
  expect(peak).toBeLessThan(MOST_MB);
  if (LONG) return;
  const text = await printed(folder, ['trace', 'info', join(folder, 'long.arrows'), '--format', 'json']);
  const { references } = JSON.parse(text) as { references: { all: number } };
  expect(references.all).toBeGreaterThanOrEqual(REFERENCES);
});
