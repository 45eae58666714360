/** QEMU's system emulation with our plugin: what a guest kernel does to its page tables, and the references of all that runs in it. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UsageError } from '../../errors.js';
import { runProgram, runStep } from './run-program.js';
import type { Recorder } from './recorder.js';

const SOURCE = fileURLToPath(new URL('../../../scripts/capture/system-records.c', import.meta.url));
const PROGRAM = 'qemu-system-x86_64';
/** From 9.1 on plugins can read registers, and the bytes of an instruction as we read them. */
const OLDEST = [9, 1] as const;

export const qemuSystem: Recorder = {
  description:
    'page tables and references of a whole guest with one processor (QEMU 9.1 or newer, with a plugin that is built first)',
  programs: { [PROGRAM]: 'qemu-system-x86', cc: 'gcc and libc6-dev' },
  async lacks() {
    const { stdout } = await promisify(execFile)(PROGRAM, ['--version']).catch(() => ({ stdout: '' }));
    const [, version = 'no version', major = 0, minor = 0] = /version ((\d+)\.(\d+))/.exec(stdout) ?? [];
    const lacking = Number(major) - OLDEST[0] || Number(minor) - OLDEST[1];
    if (lacking >= 0) return null;
    return `found ${PROGRAM} ${version}; needs ${OLDEST.join('.')} or newer, which Debian 12 has in bookworm-backports as qemu-system-x86`;
  },
  captured: `${PROGRAM} with scripts/capture/system-records.c`,
  runs: PROGRAM,
  filterPages: 512,
  async record(args, folder, signal, filterPages) {
    const plugin = join(folder, 'system-records.so');
    await runStep('cc', ['-O2', '-shared', '-fPIC', '-o', plugin, SOURCE], { signal });
    const records = join(folder, 'out.bin');
    // QEMU takes two commas for one that is no separator.
    const [file, out] = [plugin, records].map((path) => path.replaceAll(',', ',,'));
    const given = ['-plugin', `${file},out=${out},filter=${filterPages}`, '-no-reboot', ...args];
    const ended = await runProgram(PROGRAM, given, { signal });
    if (typeof ended === 'string')
      throw new UsageError(`capture with qemu-system: found that ${ended} ended QEMU; expected it to end by itself`);
    const size = await stat(records).then(
      (file) => file.size,
      () => null,
    );
    if (size === 0)
      throw new UsageError(
        'capture with qemu-system: found a guest without records; expected one that reaches long mode, under TCG',
      );
    return { files: size === null ? [] : [records], format: 'vmtrace', ended };
  },
};
