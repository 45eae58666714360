/** Valgrind's lackey: each reference of a program and of the programs that it runs, 40 to 100 times slower than without. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.js';
import type { Recorder } from './recorder.js';

const OPTIONS = [
  '--tool=lackey',
  '--basic-counts=no',
  '--trace-mem=yes',
  '--trace-syscalls=yes',
  '--trace-children=yes',
  '--trace-sched=yes',
];

export const lackey: Recorder = {
  description: 'every reference and system call of a program and of those that it runs (Valgrind)',
  programs: { valgrind: 'valgrind' },
  captured: `Valgrind, ${OPTIONS.join(' ')}`,
  async record(command, folder, signal) {
    const ended = await runProgram('valgrind', [...OPTIONS, `--log-file=${join(folder, 't.%p.%n')}`, ...command], {
      signal,
    });
    const files = (await readdir(folder)).sort().map((name) => join(folder, name));
    return { files, format: 'lackey', ended };
  },
};
