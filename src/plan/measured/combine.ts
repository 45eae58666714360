/** Reports of one virtual machine as its profile. */
import { ConfigError } from '../../errors.js';
import { validate } from '../../config/validate.js';
import { profileSchema, type ProfileInput } from '../profile.js';
import { Draft } from './draft.js';
import { exitRates } from './exit-rates.js';
import { hardwareRates } from './hardware-rates.js';
import { exitsOf, kvmCounters } from './kvm-evidence.js';
import { noteMissing } from './missing.js';
import { refuseTwice, timed, vcpusOf, vendorOf } from './one-host.js';
import { pagingInUse } from './paging-in-use.js';
import { checkPlausible } from './plausible.js';
import type { Around, Circumstances, Report } from './report.js';

export interface Measured {
  readonly profile: ProfileInput;
  /** For people: what was not used, what a figure stands on, what is missing. */
  readonly notes: readonly string[];
}

export function profileOfReports(reports: readonly Report[], circumstances: Circumstances): Measured {
  const draft = new Draft();
  const { machine, guestPages, hostPages, footprintMib, processes, name } = circumstances;
  const vendor = vendorOf(reports, machine);
  refuseTwice(reports);
  const all = timed(reports, circumstances.seconds, draft);
  const vcpus = vcpusOf(reports, circumstances.vcpus, draft);
  checkPlausible(all, vcpus);
  for (const { path, leftOut } of reports)
    for (const [what, times] of Object.entries(leftOut))
      draft.note(`${path}: left out ${times.toLocaleString('en-US')} ${what}`);
  const exits = exitsOf(all);
  const counters = kvmCounters(all);
  const paging = pagingInUse(circumstances.paging, exits, counters, draft);
  const around: Around = { vendor, paging, circumstances };
  exitRates(exits, counters, around, draft);
  hardwareRates(all, around, draft);
  if (paging === null && (draft.rates.has('tlbMisses') || draft.rates.has('walkCycles')))
    throw new ConfigError(
      `${reports[0]!.path}: found walks, and nothing that tells under which paging; expected --paging native, nested or shadow`,
    );
  if (draft.rates.size === 0 && draft.exits.size === 0)
    throw new ConfigError(
      `${reports.map(({ path }) => path).join(', ')}: found nothing that a profile holds: ${draft.notes.join('; ')}`,
    );
  noteMissing(draft, around);
  const profile: ProfileInput = {
    schema: 'vmmu/profile@1',
    name: name ?? nameOf(reports[0]!.path),
    source: `measured: ${all.map(({ path, source, seconds }) => `${path} (${source}, ${seconds} s)`).join(', ')}`,
    vcpus,
    ...(paging === null
      ? {}
      : {
          under: {
            ...(machine === undefined ? {} : { machine: machine.name }),
            paging,
            ...(guestPages === undefined ? {} : { guestPages }),
            ...(hostPages === undefined ? {} : { hostPages }),
          },
        }),
    ...draft.figures,
    ...(footprintMib === undefined ? {} : { footprintMib }),
    ...(processes === undefined ? {} : { processes }),
  };
  validate(profileSchema, profile, () => reports.map(({ path }) => path).join(', '));
  return { profile, notes: draft.notes };
}

function nameOf(path: string): string {
  const name = path.replace(/^.*\//, '').replace(/\..*/, '');
  return name === '' || name === '-' ? 'measured' : name;
}
