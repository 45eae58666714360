/** Writes a native trace file: whole, or not at all. */
import { UsageError } from '../errors.js';
import { encodeTrace } from './encoder.js';
import type { TraceSource } from './source.js';
import { refuseUnwritable, writeWholeFile } from './whole-file.js';

const SUFFIXES = ['.arrows', '.arrows.br', '.arrows.gz'];

/** Whether a file of this name is a native trace. */
export function isNativeName(path: string): boolean {
  return SUFFIXES.some((suffix) => path.endsWith(suffix));
}

/** Writes the whole trace to `path`, whose suffix chooses the compression. The same rows always make the same bytes. */
export async function writeTrace(path: string, source: TraceSource, signal?: AbortSignal): Promise<void> {
  refuseOtherName(path);
  await writeWholeFile(path, encodeTrace(source), signal);
}

/** Before what takes long: what writeTrace would refuse. */
export async function checkTraceTarget(path: string): Promise<void> {
  refuseOtherName(path);
  await refuseUnwritable(path);
}

function refuseOtherName(path: string): void {
  if (!isNativeName(path))
    throw new UsageError(`${path}: a trace file is named ${SUFFIXES.map((suffix) => `*${suffix}`).join(', ')}`);
}
