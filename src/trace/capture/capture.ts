/** Runs a program under a recorder, and makes a trace of what that leaves. */
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { UsageError } from '../../errors.js';
import { openAnyTrace, openTogether } from '../open.js';
import type { TraceSource } from '../source.js';
import { RECORDERS, type RecorderName } from './index.js';
import type { Ending, Recorder } from './recorder.js';

export interface Captured {
  readonly source: TraceSource;
  readonly ended: Ending;
}

export interface CaptureOptions {
  readonly name?: string;
  readonly strict?: boolean;
  readonly filterPages?: number;
  readonly signal: AbortSignal;
}

/** @param use takes the trace; what was recorded is gone when it has ended */
export async function capture(
  recorder: RecorderName,
  given: readonly string[],
  options: CaptureOptions,
  use: (captured: Captured) => Promise<void>,
): Promise<void> {
  const tool: Recorder = RECORDERS[recorder];
  const command = tool.runs === undefined ? given : [tool.runs, ...given];
  const { name = basename(command[0]!), strict = false, filterPages = tool.filterPages, signal } = options;
  if (filterPages !== undefined && tool.filterPages === undefined)
    throw new UsageError(`--filter: found with ${recorder}, which keeps every reference; expected none`);
  for (const [program, debian] of Object.entries(tool.programs))
    if (!(await isOnPath(program)))
      throw new UsageError(
        `capture with ${recorder} needs the program '${program}', which is not on PATH; Debian has it in ${debian}`,
      );
  const lack = (await tool.lacks?.()) ?? null;
  if (lack !== null) throw new UsageError(`capture with ${recorder}: ${lack}`);
  const folder = await mkdtemp(join(tmpdir(), 'vmmu-capture-'));
  try {
    const { files, format, ended } = await tool.record(given, folder, signal, filterPages);
    if (files.length === 0)
      throw new UsageError(`capture with ${recorder}: found no trace; the program ended with ${ended}`);
    const how = {
      ...{ format, name, strict, source: { ran: command.join(' '), captured: tool.captured } },
      ...(filterPages === undefined ? {} : { filterSets: filterPages }),
    };
    const source = files.length === 1 ? await openAnyTrace(files[0]!, how) : await openTogether(files, how);
    await use({ source, ended });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isOnPath(program: string): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    if (
      await access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return true;
  return false;
}
