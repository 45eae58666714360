/** `vmmu verify`: the model held against what others counted, suite by suite. */
import { Option } from '@commander-js/extra-typings';
import { EXIT } from '../../errors.js';
import { Command } from '../command.js';
import { ALL_SUITES, refuseOthers, suiteNamed } from '../suites/allowed.js';
import { FILES, FORMATS, MORE, NAMES, withSuites } from '../suites/help.js';
import { print, sum } from '../suites/judged.js';
import type { VerifyOptions } from '../suites/options.js';
import type { Tally } from '../suites/suite.js';

export function verifyCommand() {
  return new Command('verify')
    .description(
      'check translations against processor emulators, reference counts against arithmetic, VM exits against KVM, Xen and KVM on KVM, published results, and a probe of this machine',
    )
    .argument('[suite]', NAMES)
    .argument('[files...]', FILES)
    .option('--trace <file>', `${withSuites('guest')}: the trace of a guest; needs --measured`)
    .option(
      '--measured <file>',
      `${withSuites('guest')}: what the hypervisor counted of that guest, as in traces/measured`,
    )
    .option(
      '--l0 <features>',
      `${withSuites('stack')}: what KVM on the machine uses (npt=1,vgif=0,…), instead of the measured sets`,
    )
    .option(
      '--l1 <features>',
      `${withSuites('stack')}: what KVM in its virtual machine uses; without it the guest runs on L0`,
    )
    .option('--record <file>', `${withSuites('record')}: write what came out, as JSON`)
    .option('--claims <file>', `${withSuites('record')}: write the page that says what is reproduced and what is not`)
    .addOption(new Option('--format <name>', FORMATS).choices(['table', 'json', 'markdown']).default('table'))
    .option('--quiet', 'with published: no progress on stderr')
    .option('--all', 'every field that differs, with its whole value')
    .addOption(
      new Option('--vendor <name>', "whose processor: vectors marked amdDiffers are not AMD's")
        .choices(['intel', 'amd'])
        .default('intel'),
    )
    .addHelpText('after', MORE)
    .action(verify);
}

async function verify(name: string | undefined, files: readonly string[], options: VerifyOptions): Promise<void> {
  refuseOthers(name, files, options);
  const whole = name !== undefined;
  const suites = whole
    ? [suiteNamed(name)]
    : ALL_SUITES.map(([, suite]) => suite).filter(({ leftOut }) => leftOut === undefined);
  const tallies: Tally[] = [];
  for (const suite of suites) {
    const tally = await suite.run({ whole, files, options });
    if (tally === null) continue;
    tallies.push(tally);
    if (tally.broken !== undefined && tally.broken.length > 0)
      process.stderr.write(`must not fail: ${tally.broken.join('; ')}\n`);
  }
  if (tallies.length === 0) return;
  const { passed, failed, skipped } = sum(tallies);
  const mayMiss = whole ? tallies[0]!.broken : undefined;
  if (mayMiss === undefined ? failed > 0 : mayMiss.length > 0) process.exitCode = EXIT.checkFailed;
  if (options.format === 'json') return;
  if (skipped > 0) print(`${skipped} skipped: not so on AMD processors`);
  print(`${passed} passed, ${failed} failed`);
}
