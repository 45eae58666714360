/** Tests that need a system program: where it is missing they are not there; in .ci/run it must be. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

/** @param pack that has the program, in Debian */
export function withProgram(program: string, pack: string, tests: () => void): void {
  const missing = spawnSync(program, ['--version']).error !== undefined;
  if (!missing) describe(program, tests);
  else if (process.env['VMMU_CI'] === '1') test(`${program} is installed`, () => expect(missing).toBe(false));
  else console.log(`not tested: what needs ${program}; it is in the package ${pack}`);
}
