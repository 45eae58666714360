/** `vmmu plan profile`: what a virtual machine does in a second, from reports of measuring tools or from a trace. */
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { lookUp } from '../../config/names.js';
import { TraceError, UsageError } from '../../errors.js';
import { GUEST_PAGES, HOST_PAGES } from '../../plan/page-sizes.js';
import type { Circumstances, Report } from '../../plan/measured/report.js';
import { Command } from '../command.js';
import { decimal, list, nonEmpty, wholeNumber } from '../options.js';
import { checkOutFile, writeOutFile } from '../out-file.js';
import { tracePath } from '../shipped.js';

const EXAMPLES = `
Examples:
  vmmu plan profile exits.txt --seconds 60 --vcpus 4 -o web.profile.yaml
  vmmu plan profile exits.txt walks.txt --seconds 60 --vcpus 4 --machine intel-skylake-sp --host-pages 2m
  vmmu plan profile redis --machine amd-zen4,intel-cascadelake -o redis.profile.yaml     a trace, on two machines
  vmmu plan profile --events

Files: perf kvm stat report, kvm_exit events, kvm_stat, virsh domstats --vcpu, counters of debugfs, perf stat (docs/profiles.md); or one trace.`;

export function planProfileCommand() {
  return new Command('profile')
    .description('make the profile of a virtual machine from reports of perf, KVM and libvirt, or from a trace')
    .argument(
      '[files...]',
      'reports of one virtual machine, compressed or not, - is the standard input; or a trace, a file or a name of one that comes with vmmu',
    )
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
    .option(
      '--machine <names>',
      'processor on which it ran; of a trace, those on which it is replayed (vmmu list machines)',
      list,
    )
    .addOption(new Option('--perf-ran <where>', 'where perf stat ran').choices(['guest', 'host'] as const))
    .option('--footprint-mib <number>', 'memory that it uses, in MiB', positive)
    .option('--processes <number>', 'processes that run by turns', wholeNumber(1, 1e6))
    .addOption(
      new Option('--format <name>', 'of the profile (default: json for *.json, else yaml)').choices([
        'yaml',
        'json',
      ] as const),
    )
    .option(
      '--cycles-per-reference <number>',
      'of a trace: cycles of work for a data reference (default: 1 to 5)',
      positive,
    )
    .option('--quiet', 'no progress on stderr')
    .option('--events', 'list the events of perf stat that are understood, and commands to count them')
    .addHelpText('after', EXAMPLES)
    .action(
      async (files, { out, format, events = false, machine: machines, cyclesPerReference, quiet = false, ...rest }) => {
        if (events) return void process.stdout.write((await import('../event-list.js')).eventsText());
        if (files.length === 0)
          throw new UsageError('found no file; expected reports of one virtual machine, or a trace');
        if (out !== undefined) await checkOutFile(out);
        const { profileText } = await import('../../plan/measured/document.js');
        const { traceProfile } = await import('../trace-profile.js');
        const asked = { machines, cyclesPerReference, vcpus: rest.vcpus, name: rest.name, quiet };
        const { profile, notes } = (await isTrace(files))
          ? { profile: await traceProfile(onlyTrace(files, rest), asked), notes: [] }
          : await reported(files, machines, cyclesPerReference, given(rest));
        const text = profileText(profile, format ?? (out?.endsWith('.json') === true ? 'json' : 'yaml'));
        if (out === undefined) process.stdout.write(text);
        else await writeOutFile(out, text);
        process.stderr.write(notes.map((note) => `note: ${note}\n`).join(''));
      },
    );
}

/** What is no report has to be one. */
async function isTrace([first]: readonly string[]): Promise<boolean> {
  if (first === '-') return false;
  const { beginFile, openAnyTrace } = await import('../../trace/open.js');
  const { profileReaderOf } = await import('../../profile/read.js');
  const path = tracePath(first!);
  const file = await beginFile(path, {});
  await file.bytes.return();
  if (profileReaderOf(file.head) !== null) return false;
  const trace = await openAnyTrace(path).catch((error: unknown) => {
    if (!(error instanceof TraceError)) throw error;
    throw new UsageError(
      `${path}: found no report that is known, and no trace; expected a report of perf, KVM or libvirt (docs/profiles.md), or a trace`,
    );
  });
  await trace.close?.();
  return true;
}

async function reported(
  files: readonly string[],
  machines: readonly string[] | undefined,
  cyclesPerReference: number | undefined,
  rest: Circumstances,
) {
  if (machines !== undefined && machines.length > 1)
    throw new UsageError(`--machine: found ${machines.join(',')}; expected one: that on which it ran`);
  if (cyclesPerReference !== undefined)
    throw new UsageError('--cycles-per-reference goes with a trace: reports have a clock');
  const { MACHINES } = await import('../../config/machines/index.js');
  const [name] = machines ?? [];
  const machine = name === undefined ? {} : { machine: { name, vendor: lookUp(MACHINES, name, 'machine').vendor } };
  const { profileOfReports } = await import('../../plan/measured/combine.js');
  return profileOfReports(await reportsOf(files), { ...rest, ...machine });
}

const OF_BOTH = ['name', 'vcpus'];

/** A trace goes alone, and what it is replayed under is no circumstance of its recording. */
function onlyTrace([trace, other]: readonly string[], rest: Readonly<Record<string, unknown>>): string {
  if (other !== undefined) throw new UsageError(`${other}: found a second file beside a trace; expected one`);
  const given = Object.keys(rest).find((key) => rest[key] !== undefined && !OF_BOTH.includes(key));
  if (given !== undefined)
    throw new UsageError(`found ${optionOf(given)}, which goes with reports; ${trace!} is a trace`);
  return trace!;
}

function optionOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Options that were given. */
function given(options: { readonly [K in keyof Circumstances]?: Circumstances[K] | undefined }): Circumstances {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(options);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

async function reportsOf(files: readonly string[]): Promise<Report[]> {
  const { beginFile } = await import('../../trace/open.js');
  const { profileReaderOf, readProfile } = await import('../../profile/read.js');
  const { ImportNotes } = await import('../../trace/notes.js');
  const reports: Report[] = [];
  for (const path of files) {
    const file = await beginFile(path, {});
    const source = profileReaderOf(file.head);
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
