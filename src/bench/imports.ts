/** How fast captures are read: what other tools write, for each format with a piece of it below, and the project's own files. */
import { TRACE_FORMATS } from '../trace/formats/index.js';
import type { TraceFormat } from '../trace/formats/format.js';
import { ImportNotes } from '../trace/notes.js';
import { openAnyTrace } from '../trace/open.js';
import type { TraceSource } from '../trace/source.js';
import { champsimPiece, lackeyPiece, type Piece } from './pieces.js';

const FORMATS: Readonly<Record<string, TraceFormat>> = TRACE_FORMATS;
const PIECES: Readonly<Record<string, () => Piece>> = { lackey: lackeyPiece, champsim: champsimPiece };

const NATIVE = 'native';

/** What is measured: formats that can be read and of which there is a piece. */
export const IMPORT_NAMES: readonly string[] = [
  ...Object.keys(PIECES).filter((name) => Object.hasOwn(FORMATS, name)),
  NATIVE,
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
  if (imports === NATIVE) {
    const began = performance.now();
    const rows = await goThrough(await openAnyTrace(native), batches);
    return measured(began, null, rows);
  }
  const piece = PIECES[imports]!();
  async function* bytes() {
    for (let at = 0; at < pieces; at++) yield await Promise.resolve(piece.bytes);
  }
  const source = { ran: 'a benchmark', captured: 'made by it' };
  const began = performance.now();
  await goThrough(FORMATS[imports]!.read(bytes(), { path: imports, name: imports, source, notes: new ImportNotes() }));
  return measured(began, pieces * piece.bytes.length, pieces * piece.records);
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
