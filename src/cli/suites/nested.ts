/** A hypervisor in a virtual machine: each event against what KVM on KVM counted, or stacks of the user's own. */
import { UsageError } from '../../errors.js';
import { MEASURED_NESTED } from '../../trace/shipped.js';
import { readText } from '../options.js';
import { print, tallyOf } from './judged.js';
import type { VerifyOptions } from './options.js';
import type { SuiteDefinition, Tally } from './suite.js';

export const nested: SuiteDefinition = {
  examples: [
    ['nested', 'a hypervisor in a virtual machine: each event against what KVM on KVM counted'],
    ['nested --l0 npt=0,vgif=1 --l1 npt=0 --format json'],
  ],
  takes: ['stack', 'format'],
  files: { most: 0, title: 'no files' },
  async run({ whole, options }) {
    if (options.l0 === undefined && options.l1 === undefined) return verifyMeasured(whole, options.format);
    await printStack(options);
    return null;
  },
};

async function verifyMeasured(whole: boolean, format: string): Promise<Tally> {
  const { parseMeasured } = await import('../../verify/nested/measured.js');
  const { compareMode, replayMode } = await import('../../verify/nested/compare.js');
  const { checksText } = await import('../nested-text.js');
  const checks = parseMeasured(readText(MEASURED_NESTED), MEASURED_NESTED).flatMap((mode) =>
    compareMode(mode, replayMode(mode)),
  );
  if (format === 'json') print(JSON.stringify({ schema: 'vmmu/verify-nested@1', checks }, null, 2));
  else if (whole) print(checksText(checks));
  else
    for (const { mode, what, measured, modelled, passed } of checks)
      if (!passed) print(`${mode}, ${what}: measured ${measured}, modelled ${modelled}`);
  return tallyOf(checks);
}

/** The exits of a stack of the user's own: nothing to compare them with. */
async function printStack({ l0, l1, format }: VerifyOptions): Promise<void> {
  const { MEASURED, parseFeatures } = await import('../../verify/nested/features.js');
  const { replayEvents, stackOf } = await import('../../verify/nested/replay.js');
  const { stackText, stackJson } = await import('../nested-text.js');
  const lower = l0 === undefined ? MEASURED : parseFeatures(l0, '--l0');
  if (lower.avic && l1 === undefined) throw new UsageError('--l0: avic=1 is modelled with --l1 only');
  const stack = stackOf(lower, l1 === undefined ? null : parseFeatures(l1, '--l1'));
  const rows = replayEvents(stack);
  print(format === 'json' ? stackJson(stack, rows) : stackText(stack, rows));
}
