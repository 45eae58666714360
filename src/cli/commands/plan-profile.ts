/** `vmmu plan profile`: what a virtual machine does in a second, from reports of measuring tools. */
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { MACHINES } from '../../config/machines/index.js';
import { lookUp } from '../../config/names.js';
import { UsageError } from '../../errors.js';
import { GUEST_PAGES, HOST_PAGES } from '../../plan/profile.js';
import type { Circumstances, Report } from '../../plan/measured/report.js';
import { ImportNotes } from '../../trace/notes.js';
import { Command } from '../command.js';
import { eventsText } from '../event-list.js';
import { decimal, nonEmpty, wholeNumber } from '../options.js';
import { writeOutFile } from '../out-file.js';

const EXAMPLES = `
Examples:
  vmmu plan profile exits.txt --seconds 60 --vcpus 4 -o web.profile.yaml
  vmmu plan profile exits.txt walks.txt --seconds 60 --vcpus 4 --machine intel-skylake-sp --host-pages 2m
  vmmu plan profile --events

Files: perf kvm stat report, kvm_exit events, kvm_stat, virsh domstats --vcpu, counters of debugfs, perf stat (docs/profiles.md).`;

export function planProfileCommand() {
  return new Command('profile')
    .description('make the profile of a virtual machine from reports of perf, KVM and libvirt')
    .argument('[files...]', 'reports of one virtual machine, compressed or not; - is the standard input')
    .option('-o, --out <file>', 'where to (default: it is printed)', nonEmpty)
    .option('--name <name>', 'name of the profile (default: of the first file)', nonEmpty)
    .option('--seconds <number>', 'time that was watched, of reports that do not tell', positive)
    .option('--vcpus <number>', 'virtual processors, where no report tells', wholeNumber(1, 4096))
    .addOption(
      new Option('--paging <kind>', 'under which it ran (default: where exits or counters tell)').choices([
        'native',
        'nested',
        'shadow',
      ] as const),
    )
    .addOption(new Option('--guest-pages <size>', 'pages that the guest had').choices(GUEST_PAGES))
    .addOption(new Option('--host-pages <size>', 'pages that the host backed it with').choices(HOST_PAGES))
    .option('--machine <name>', 'processor on which it ran (vmmu list machines)', nonEmpty)
    .addOption(new Option('--perf-ran <where>', 'where perf stat ran').choices(['guest', 'host'] as const))
    .option('--footprint-mib <number>', 'memory that it uses, in MiB', positive)
    .option('--processes <number>', 'processes that run by turns', wholeNumber(1, 1e6))
    .addOption(
      new Option('--format <name>', 'of the profile (default: json for *.json, else yaml)').choices([
        'yaml',
        'json',
      ] as const),
    )
    .option('--events', 'list the events of perf stat that are understood, and commands to count them')
    .addHelpText('after', EXAMPLES)
    .action(async (files, { out, format, events = false, machine, ...rest }) => {
      if (events) return void process.stdout.write(eventsText());
      if (files.length === 0) throw new UsageError('found no file; expected reports of one virtual machine');
      const known =
        machine === undefined
          ? {}
          : { machine: { name: machine, vendor: lookUp(MACHINES, machine, 'machine').vendor } };
      const { profileOfReports } = await import('../../plan/measured/combine.js');
      const { profileText } = await import('../../plan/measured/document.js');
      const { profile, notes } = profileOfReports(await reportsOf(files), { ...given(rest), ...known });
      const text = profileText(profile, format ?? (out?.endsWith('.json') === true ? 'json' : 'yaml'));
      if (out === undefined) process.stdout.write(text);
      else await writeOutFile(out, text);
      process.stderr.write(notes.map((note) => `note: ${note}\n`).join(''));
    });
}

/** Options that were given. */
function given(options: { readonly [K in keyof Circumstances]?: Circumstances[K] | undefined }): Circumstances {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(options);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

async function reportsOf(files: readonly string[]): Promise<Report[]> {
  const { beginFile } = await import('../../trace/open.js');
  const { profileReaderOf, readProfile } = await import('../../profile/read.js');
  const reports: Report[] = [];
  for (const path of files) {
    const file = await beginFile(path, {});
    const source = profileReaderOf(file.head);
    // Traces belong here.
    if (source === null) {
      await file.bytes.return();
      throw new UsageError(
        `${path}: found no report that is known; expected one of perf, KVM or libvirt (docs/profiles.md)`,
      );
    }
    const notes = new ImportNotes();
    const profile = await readProfile(file, source, notes);
    reports.push({ path, source, profile, leftOut: notes.record.dropped });
  }
  return reports;
}

function positive(text: string): number {
  const value = decimal(text);
  if (value === 0) throw new InvalidArgumentError('Allowed: a number above 0.');
  return value;
}
