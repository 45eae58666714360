/** QEMU's user emulation with our plugin: each reference of a program, at tens of millions a second. Programs that it executes run outside of it. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runProgram, runStep } from './run-program.js';
import type { Recorder } from './recorder.js';

const SOURCE = fileURLToPath(new URL('../../../scripts/capture/user-runs.c', import.meta.url));
/** A processor without ERMS, so that memcpy is a loop whose every instruction counts, as under Valgrind. */
const CPU = 'qemu64';

export const qemuUser: Recorder = {
  description:
    'every reference and system call of one program, fast (QEMU user emulation, with a plugin that is built first)',
  programs: { 'qemu-x86_64': 'qemu-user', cc: 'gcc and libc6-dev' },
  async lacks() {
    const { stdout } = await promisify(execFile)('qemu-x86_64', ['-h']);
    return stdout.includes('-plugin')
      ? null
      : 'found a qemu-x86_64 that was built without plugins; Debian 12 has one with them (qemu-user 7.2)';
  },
  captured: `qemu-x86_64 -cpu ${CPU} with scripts/capture/user-runs.c`,
  async record(command, folder, signal) {
    const plugin = join(folder, 'user-runs.so');
    await runStep('cc', ['-O2', '-shared', '-fPIC', '-o', plugin, SOURCE], { signal });
    const runs = join(folder, 'out.runs');
    const ended = await runProgram('qemu-x86_64', ['-cpu', CPU, '-plugin', `${plugin},out=${runs}`, ...command], {
      signal,
    });
    // Empty where QEMU could not load the program.
    const size = await stat(runs).then(
      (file) => file.size,
      () => 0,
    );
    return { files: size > 0 ? [runs] : [], format: 'user-runs', ended };
  },
};
