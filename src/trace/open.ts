/** Opens any trace file, native or foreign, whatever it is compressed with. */
import { basename } from 'node:path';
import { TraceError, UsageError } from '../errors.js';
import { ByteCursor, readBytes } from './bytes.js';
import { openTrace, type TraceReader } from './file-reader.js';
import { TRACE_FORMATS, type TraceFormatName } from './formats/index.js';
import type { TraceFormat } from './formats/format.js';
import type { TraceOrigin, TraceSource } from './source.js';
import { TableRecords } from './table-records.js';

export interface OpenOptions {
  /** Which foreign format it is; by default the first bytes tell. */
  readonly format?: TraceFormatName;
  /** By default the name that a native trace has, or the file's. */
  readonly name?: string;
  /** Origin of a foreign trace. */
  readonly source?: TraceOrigin;
  /** Sets of the page filter used at capture, 0 if no references were captured; by default `-fN` in the file's name tells. */
  readonly filterSets?: number;
  /** Whether records of page tables that contradict each other are refused: yes, but for who looks for all of them. */
  readonly refuseContradictions?: boolean;
}

const HEAD = 4096;

export async function openAnyTrace(path: string, options: OpenOptions = {}): Promise<TraceSource> {
  const source = await openUnchecked(path, options);
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
  return { header: source.header, pages: source.pages, batches, close: async () => source.close?.() };
}

async function openUnchecked(path: string, options: OpenOptions): Promise<TraceSource> {
  const head = await firstBytes(path);
  if (options.format === undefined && looksNative(head)) {
    if (options.filterSets !== undefined)
      throw new UsageError(
        `${path}: found a native trace, which says how it was filtered; filter sets are for a vmtrace`,
      );
    return renamed(await openTrace(path), options.name);
  }
  const format = formatOf(path, head, options.format);
  const named = /-f(\d+)\./.exec(basename(path))?.[1];
  const filterSets = options.filterSets ?? (named === undefined ? undefined : Number(named));
  return format.read(readBytes(path), {
    path,
    name: options.name ?? basename(path).replace(/\..*/, ''),
    source: options.source ?? { ran: 'unknown', captured: `converted from ${basename(path)}` },
    ...(filterSets === undefined ? {} : { filterSets }),
  });
}

function renamed(trace: TraceReader, name: string | undefined): TraceSource {
  if (name === undefined) return trace;
  const header = { ...trace.header, name };
  return { header, pages: trace.pages, batches: () => trace.batches(), close: () => trace.close() };
}

function formatOf(path: string, head: Uint8Array, chosen: TraceFormatName | undefined): TraceFormat {
  if (chosen !== undefined) return TRACE_FORMATS[chosen];
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

async function firstBytes(path: string): Promise<Uint8Array> {
  const cursor = new ByteCursor(readBytes(path));
  try {
    return await cursor.take(HEAD);
  } finally {
    await cursor.close();
  }
}
