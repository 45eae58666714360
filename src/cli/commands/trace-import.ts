/** `vmmu trace import`: whatever was captured elsewhere, as a trace. */
import { Option } from '@commander-js/extra-typings';
import { oneOf } from '../../config/names.js';
import { UsageError } from '../../errors.js';
import { PROFILE_READERS, type ProfileReaderName } from '../../profile/readers/index.js';
import { TRACE_FORMATS, type TraceFormatName } from '../../trace/formats/index.js';
import { ImportNotes } from '../../trace/notes.js';
import type { BegunFile } from '../../trace/open.js';
import type { TraceSource } from '../../trace/source.js';
import { Command } from '../command.js';
import { notesText } from '../import-notes.js';
import { nonEmpty, wholeNumber } from '../options.js';
import { writeOutFile } from '../out-file.js';
import { profileText } from '../profile-text.js';

const FORMAT_NAMES = Object.keys({ ...TRACE_FORMATS, ...PROFILE_READERS });
const MOST_EXPANSION = 1000;
const QUANTUM = 10_000;

const EXAMPLES = `
Examples:
  valgrind --tool=lackey --basic-counts=no --trace-mem=yes --trace-syscalls=yes --trace-children=yes --log-file=t.%p.%n ls
  vmmu trace import t.* -o ls.arrows.br
  vmmu trace import core*.champsim.xz --merge threads -o all.arrows.br
  perf kvm stat report | vmmu trace import - -o host.json
  zstdcat huge.din.zst | vmmu trace import - --format dinero -o huge.arrows.br
  vmmu list formats`;

/** @param write writes the trace to a file whole, or not at all */
export function importCommand(write: (file: string, source: TraceSource) => Promise<void>) {
  return new Command('import')
    .description('import what other tools captured: the format is known by its first bytes')
    .argument('<files...>', 'files, compressed or not; several are one capture; - is the standard input')
    .option(
      '-o, --out <file>',
      'where to: *.arrows, *.arrows.br or *.arrows.gz; of exits that were counted, *.json (default: they are printed)',
    )
    .addOption(new Option('--format <name>', 'format, where the first bytes do not tell').choices(FORMAT_NAMES))
    .addOption(
      new Option('--merge <how>', 'files are captures of their own: each is a process or a thread, by turns').choices([
        'processes',
        'threads',
      ]),
    )
    .option('--quantum <references>', `of a turn (default: ${QUANTUM})`, wholeNumber(1, 1e15))
    .option('--name <name>', 'name of the trace (default: of the first file)', nonEmpty)
    .option('--ran <text>', 'what the program did, for the header', nonEmpty)
    .option('--strict', 'whatever cannot be kept is an error')
    .option('--columns <map>', 'of CSV: what is in which column, from 1, as addr=2,kind=1,size=3', columns)
    .option(
      '--filter-sets <number>',
      'of full systems: pages of the filter that references were recorded through; 0: no references',
      wholeNumber(0, 2 ** 20),
    )
    .option(
      '--most-expansion <times>',
      `bytes that one compressed byte may become, on average (default: ${MOST_EXPANSION})`,
      wholeNumber(1, 1e9),
    )
    .addHelpText('after', EXAMPLES)
    .action(
      async (
        files,
        { out, format, merge, quantum, name, ran, strict = false, columns, filterSets, mostExpansion = MOST_EXPANSION },
      ) => {
        const { beginFile, openBegun, openTogether } = await import('../../trace/open.js');
        const { profileReaderOf } = await import('../../profile/read.js');
        const chosen = format !== undefined && format in PROFILE_READERS ? (format as ProfileReaderName) : null;
        const options = {
          mostExpansion,
          strict,
          ...(format === undefined || chosen !== null ? {} : { format: format as TraceFormatName }),
          ...(name === undefined ? {} : { name }),
          ...(ran === undefined ? {} : { source: { ran, captured: `imported from ${files.length} files` } }),
          ...(columns === undefined ? {} : { columns }),
          ...(filterSets === undefined ? {} : { filterSets }),
        };
        if (merge === undefined && quantum !== undefined)
          throw new UsageError('--quantum: found no --merge; expected it');
        if (merge !== undefined) {
          const { mergeFiles } = await import('../../trace/compose/merge-files.js');
          return writeImported(out, await mergeFiles(files, options, merge === 'threads', quantum ?? QUANTUM));
        }
        if (files.length > 1) {
          if (chosen !== null) throw new UsageError(`${files[1]!}: found a second file; expected one of ${chosen}`);
          return writeImported(out, await openTogether(files, options));
        }
        const file = await beginFile(files[0]!, options);
        const reader = chosen ?? (format === undefined ? profileReaderOf(file.head) : null);
        if (reader === null) await writeImported(out, await openBegun(file, options));
        else await importProfile(file, reader, out, strict);
      },
    );

  async function writeImported(out: string | undefined, source: TraceSource): Promise<void> {
    if (out === undefined)
      throw new UsageError(
        '--out: found none; expected *.arrows, *.arrows.br or *.arrows.gz, where the trace is to go',
      );
    await write(out, source);
    process.stderr.write(notesText(source.notes?.record));
  }
}

/** @param out null: to print it */
async function importProfile(
  file: BegunFile,
  reader: ProfileReaderName,
  out: string | undefined,
  strict: boolean,
): Promise<void> {
  const { profileDocument, readProfile } = await import('../../profile/read.js');
  if (out?.endsWith('.json') === false)
    throw new UsageError(
      `--out ${out}: found exits that were counted (${reader}), which are no trace; expected *.json`,
    );
  const notes = new ImportNotes(strict);
  const profile = await readProfile(file, reader, notes);
  if (out === undefined) process.stdout.write(profileText(profile));
  else await writeOutFile(out, `${JSON.stringify(profileDocument(reader, profile, notes), null, 1)}\n`);
  process.stderr.write(notesText(notes.record));
}

const COLUMNS = ['addr', 'kind', 'size', 'thread', 'process'] as const;

/** `addr=2,kind=1`: numbers of columns, from 1. */
function columns(text: string): Record<string, number> {
  const entries = text.split(',').map((part) => {
    const [, column = '', number = ''] = /^([^=]*)=(.*)$/.exec(part) ?? [];
    return [oneOf(COLUMNS, column, 'column'), wholeNumber(1, 1000)(number)];
  });
  return Object.fromEntries(entries) as Record<string, number>;
}
