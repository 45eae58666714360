import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ended, start, temporaryFolder, type Ended } from '../cli/vmmu.js';

const folder = temporaryFolder();

/** Interrupts a command that is well under way: one that writes a trace once the file has begun, any other once it has a trace open. */
const writes = (): boolean => readdirSync(folder).some((name) => name.endsWith('.tmp'));

/** Whether a process has a trace open. */
function reads(pid: number): boolean {
  const files = `/proc/${pid}/fd`;
  return readdirSync(files).some((file) => {
    try {
      return readlinkSync(join(files, file)).endsWith('.arrows.br');
    } catch {
      return false; // closed since
    }
  });
}

async function interrupted(args: string, signal: NodeJS.Signals): Promise<Ended> {
  const child = start(folder, args.split(' '));
  const end = ended(child);
  const underWay = args.startsWith('trace') ? writes : reads;
  while (child.exitCode === null && !underWay(child.pid!)) await setTimeout(50);
  expect(child.exitCode).toBeNull();
  child.kill(signal);
  return end;
}

test.each([
  ['run --out results', 'SIGINT', 'no result was written; run the command again'],
  ['trace gen zipf big.arrows.br --refs 1g', 'SIGINT', 'no trace was written'],
  ['trace convert redis copy.arrows.br', 'SIGINT', 'no trace was written'],
  // One run of references that does not end: there is never a batch of rows.
  ['trace import /dev/zero --format champsim -o endless.arrows', 'SIGTERM', 'no trace was written'],
] as const)('%s, then %s: one line, status 130, nothing is left', async (args, signal, hint) => {
  expect(await interrupted(args, signal)).toEqual({ status: 130, stdout: '', stderr: `vmmu: interrupted; ${hint}\n` });
  expect(readdirSync(folder)).toEqual([]);
});

test('earlier results outlive an interrupted run', async () => {
  writeFileSync(join(folder, 'summary.csv'), 'earlier');
  expect((await interrupted('run --workers 1 --out .', 'SIGTERM')).status).toBe(130);
  expect(readdirSync(folder)).toEqual(['summary.csv']);
});
