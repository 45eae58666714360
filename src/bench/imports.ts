/** How fast captures are read: what other tools write, for each format with a piece of it below, and the project's own files. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readBytes } from '../trace/bytes.js';
import { TRACE_FORMATS } from '../trace/formats/index.js';
import type { TraceFormat } from '../trace/formats/format.js';
import { ImportNotes } from '../trace/notes.js';
import { openAnyTrace } from '../trace/open.js';
import type { TraceSource } from '../trace/source.js';
import { champsimPiece, lackeyPiece, type Piece } from './pieces.js';

const FORMATS: Readonly<Record<string, TraceFormat>> = TRACE_FORMATS;
const PIECES: Readonly<Record<string, () => Piece>> = { lackey: lackeyPiece, champsim: champsimPiece };

/** The native file as it is, compressed, and what it is without. */
const NATIVE_NAMES = ['native', 'native, decompressed'] as const;

/** What is measured: formats that can be read and of which there is a piece. */
export const IMPORT_NAMES: readonly string[] = [
  ...Object.keys(PIECES).filter((name) => Object.hasOwn(FORMATS, name)),
  ...NATIVE_NAMES,
];

export interface ImportCase {
  /** Of IMPORT_NAMES. */
  readonly imports: string;
  /** MiB of a foreign format. */
  readonly pieces: number;
  /** Batches of the native file; all of them by default. */
  readonly batches?: number | undefined;
  /** The native file. */
  readonly native: string;
}

export interface ImportMeasurement {
  /** Of input, uncompressed; null for the native file, which is compressed. */
  readonly bytesPerSecond: number | null;
  /** References of lackey, instructions of ChampSim, rows of a native file. */
  readonly recordsPerSecond: number;
  /** Most that the process has held. */
  readonly residentBytes: number;
}

export async function measureImport({ imports, pieces, batches, native }: ImportCase): Promise<ImportMeasurement> {
  if (imports === NATIVE_NAMES[0]) return measureNative(native, batches);
  if (imports === NATIVE_NAMES[1]) return decompressed(native, (path) => measureNative(path, batches));
  const piece = PIECES[imports]!();
  async function* bytes() {
    for (let at = 0; at < pieces; at++) yield await Promise.resolve(piece.bytes);
  }
  const source = { ran: 'a benchmark', captured: 'made by it' };
  const began = performance.now();
  await goThrough(FORMATS[imports]!.read(bytes(), { path: imports, name: imports, source, notes: new ImportNotes() }));
  return measured(began, pieces * piece.bytes.length, pieces * piece.records);
}

async function measureNative(path: string, batches: number | undefined): Promise<ImportMeasurement> {
  const began = performance.now();
  const rows = await goThrough(await openAnyTrace(path), batches);
  return measured(began, null, rows);
}

/** @param use is given the path of a file that is gone afterwards */
async function decompressed<T>(native: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'vmmu-bench-'));
  try {
    const path = join(folder, 'trace.arrows');
    await pipeline(readBytes(native), createWriteStream(path));
    return await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @returns rows */
async function goThrough(source: TraceSource, batches = Infinity): Promise<number> {
  let rows = 0;
  let read = 0;
  for await (const { length } of source.batches()) {
    rows += length;
    if (++read === batches) break;
  }
  return rows;
}

function measured(began: number, bytes: number | null, records: number): ImportMeasurement {
  const seconds = (performance.now() - began) / 1000;
  return {
    bytesPerSecond: bytes === null ? null : bytes / seconds,
    recordsPerSecond: records / seconds,
    residentBytes: process.resourceUsage().maxRSS * 1024,
  };
}
