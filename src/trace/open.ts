/** Opens any trace file, native or foreign, whatever it is compressed with. */
import { basename } from 'node:path';
import { TraceError, UsageError } from '../errors.js';
import { ByteCursor, type Rest } from './byte-cursor.js';
import { readBytes } from './bytes.js';
import { TraceReader } from './file-reader.js';
import { TRACE_FORMATS, type TraceFormatName } from './formats/index.js';
import type { ForeignFile, ImportOptions, TraceFormat } from './formats/format.js';
import { ImportNotes } from './notes.js';
import type { TraceOrigin, TraceSource } from './source.js';
import { TableRecords } from './table-records.js';

/** What is known of a trace file beforehand. */
export interface OpenOptions {
  /** Which foreign format it is; by default the first bytes tell. */
  readonly format?: TraceFormatName;
  /** By default the name that a native trace has, or the file's. */
  readonly name?: string;
  /** Origin of a foreign trace. */
  readonly source?: TraceOrigin;
  /** Sets of the page filter used at capture, 0 if no references were captured; by default a vmtrace named `…-fN.bin` tells. */
  readonly filterSets?: number;
  /** Columns of a CSV file by what they hold. */
  readonly columns?: Readonly<Record<string, number>>;
  /** What cannot be kept ends the import. */
  readonly strict?: boolean;
  /** Decompressed bytes for each compressed one, on average, before a file is refused. */
  readonly mostExpansion?: number;
  /** Whether records of page tables that contradict each other are refused: yes, but for who looks for all of them. */
  readonly refuseContradictions?: boolean;
}

const HEAD = 4096;
const FILTERED = Object.entries<TraceFormat>(TRACE_FORMATS).flatMap(([name, { filtered }]) => (filtered ? [name] : []));

/**
 * Opens a trace file, native or foreign, compressed or not: its first bytes tell.
 * @throws UsageError if there is no such file; TraceError, with the byte offset, if it is none of the known formats
 */
export async function openAnyTrace(path: string, options: OpenOptions = {}): Promise<TraceSource> {
  return openBegun(await beginFile(path, options), options);
}

/** A file that has been looked at. */
export async function openBegun(file: BegunFile, options: OpenOptions = {}): Promise<TraceSource> {
  const { path, bytes } = file;
  const source = await openUnchecked(file, options).catch(async (error: unknown) => {
    await bytes.return();
    throw error;
  });
  const refuses = options.refuseContradictions ?? true;
  return refuses && source.header.characteristics.source === 'full-system' ? withTablesChecked(source, path) : source;
}

/** The same trace, refused at the first record of a table that contradicts those before it. */
function withTablesChecked(source: TraceSource, path: string): TraceSource {
  async function* batches() {
    const records = new TableRecords();
    let rows = 0;
    for await (const batch of source.batches()) {
      try {
        records.check(batch, rows);
      } catch (error) {
        throw error instanceof RangeError ? new TraceError(`${path}: ${error.message}`) : error;
      }
      rows += batch.length;
      yield batch;
    }
  }
  return {
    header: source.header,
    pages: source.pages,
    batches,
    get notes() {
      return source.notes;
    },
    close: async () => source.close?.(),
  };
}

async function openUnchecked(file: BegunFile, options: OpenOptions): Promise<TraceSource> {
  const { path } = file;
  if (options.format === undefined && looksNative(file.head)) {
    if (options.filterSets !== undefined)
      throw new UsageError(
        `${path}: found a native trace, which says how it was filtered; filter sets are for full-system records of other formats`,
      );
    return renamed(await TraceReader.open(path, file.bytes), options.name);
  }
  return formatOf(file, options).read(file.bytes, importOptions(path, options));
}

/** Several files that are one capture. */
export async function openTogether(paths: readonly string[], options: OpenOptions = {}): Promise<TraceSource> {
  const files: BegunFile[] = [];
  try {
    for (const path of paths) files.push(await beginFile(path, options));
    const [format, ...others] = files.map((file) => formatOf(file, options));
    const stranger = others.findIndex((other) => other !== format);
    if (stranger >= 0)
      throw new UsageError(
        `${paths[stranger + 1]!}: found another format than that of ${paths[0]!}; expected one format`,
      );
    if (format!.readTogether === undefined)
      throw new UsageError(
        `${paths[1]!}: found a second file of a format that has one for each capture; expected one, or --merge`,
      );
    return givingBack(format!.readTogether(files, importOptions(paths[0]!, options)), files);
  } catch (error) {
    for (const { bytes } of files) await bytes.return();
    throw error;
  }
}

/** The same trace, which gives its files back, also those that it has not come to. */
function givingBack(source: TraceSource, files: readonly BegunFile[]): TraceSource {
  async function* batches() {
    try {
      yield* source.batches();
    } finally {
      for (const { bytes } of files) await bytes.return();
    }
  }
  return { ...source, batches };
}

export interface BegunFile extends ForeignFile {
  readonly bytes: Rest;
}

/** Opens a file and looks at its beginning. */
export async function beginFile(path: string, { mostExpansion }: OpenOptions): Promise<BegunFile> {
  const cursor = new ByteCursor(readBytes(path, mostExpansion));
  const head = await cursor.take(HEAD);
  return { path, head, bytes: cursor.rest(head) };
}

function importOptions(path: string, options: OpenOptions): ImportOptions {
  const { filterSets, columns, mostExpansion } = options;
  const named = /-f(\d+)\.bin\b/.exec(basename(path))?.[1];
  const sets = filterSets ?? (named === undefined ? undefined : Number(named));
  return {
    path,
    name: options.name ?? basename(path).replace(/\..*/, ''),
    source: options.source ?? { ran: 'unknown', captured: `converted from ${basename(path)}` },
    notes: new ImportNotes(options.strict),
    ...(sets === undefined ? {} : { filterSets: sets }),
    ...(columns === undefined ? {} : { columns }),
    ...(mostExpansion === undefined ? {} : { mostExpansion }),
  };
}

function renamed(trace: TraceReader, name: string | undefined): TraceSource {
  if (name === undefined) return trace;
  return {
    header: { ...trace.header, name },
    pages: trace.pages,
    batches: () => trace.batches(),
    get notes() {
      return trace.notes;
    },
    close: () => trace.close(),
  };
}

function formatOf(file: ForeignFile, options: OpenOptions): TraceFormat {
  const format = chosenFormat(file, options);
  if (options.filterSets === undefined || format.filtered) return format;
  throw new UsageError(`${file.path}: found a format without filters; --filter-sets is of ${FILTERED.join(' and ')}`);
}

function chosenFormat({ path, head }: ForeignFile, { format: chosen, columns }: OpenOptions): TraceFormat {
  if (chosen !== undefined) return TRACE_FORMATS[chosen];
  if (columns !== undefined) return TRACE_FORMATS.csv;
  const format = Object.values(TRACE_FORMATS).find((candidate) => candidate.recognise(head));
  if (format !== undefined) return format;
  const found = Buffer.from(head.subarray(0, 8)).toString('hex');
  throw new TraceError(
    `${path}: byte 0: found the bytes ${found}; expected a trace (native or ${Object.keys(TRACE_FORMATS).join(', ')})`,
  );
}

/** An Arrow IPC message begins with four bytes ff. */
function looksNative(head: Uint8Array): boolean {
  return head.length >= 4 && head.subarray(0, 4).every((byte) => byte === 0xff);
}
