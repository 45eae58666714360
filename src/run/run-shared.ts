/** Traces that have one processor by turns, under each of several strategies, and each trace by itself beside them. */
import type { RunConfig } from '../config/schema.js';
import { UsageError } from '../errors.js';
import { definitionOf } from '../paging/index.js';
import { resultRow, type CellLabel } from '../report/result-row.js';
import type { ShareRow } from '../report/share-row.js';
import { openAnyTrace } from '../trace/open.js';
import { abortable, type TraceHeader, type TraceSource } from '../trace/source.js';
import { streamCell, type CellSpec } from './cell.js';
import { contender } from './contender.js';
import { afterReplay, exactness } from './exactness.js';
import { readBeginning, traceMisfit } from './trace-fit.js';
import { share } from './share.js';

export interface ShareRequest {
  /** Paths of trace files: a virtual machine for each. */
  readonly traces: readonly string[];
  readonly config: RunConfig;
  readonly strategies: readonly string[];
  readonly sliceRefs: number;
  readonly allowInexact: boolean;
}

interface Options {
  readonly signal?: AbortSignal;
  readonly onStrategy?: (name: string) => void;
}

export async function runShared(request: ShareRequest, { signal, onStrategy }: Options = {}): Promise<ShareRow[]> {
  const rows: ShareRow[] = [];
  for (const asked of request.strategies) {
    rows.push(...(await underStrategy(asked, request, signal)));
    onStrategy?.(asked);
  }
  return rows;
}

async function underStrategy(asked: string, request: ShareRequest, signal?: AbortSignal): Promise<ShareRow[]> {
  const { strategy, config, excluded, refused } = contender(asked, request.config);
  const named = `strategy ${asked} on ${config.machine.name}`;
  if (definitionOf(strategy).keeps.length === 0)
    throw new UsageError(
      `${named}: found one without virtual machines under VT-x or AMD-V, which could share a processor`,
    );
  if (config.guest.vcpus > 1)
    throw new UsageError(`guest.vcpus: found ${config.guest.vcpus}; machines that share a processor have one each: 1`);
  const why = refused[0] ?? excluded;
  if (why !== null) throw new UsageError(`${named}: ${why}`);
  const headers = await Promise.all(request.traces.map(readBeginning));
  const specs = headers.map(({ characteristics }): CellSpec => ({ strategy, config, characteristics }));
  const labels = headers.map((header, at): CellLabel => {
    const path = request.traces[at]!;
    const misfit = traceMisfit(header, config);
    if (misfit !== null) throw new UsageError(`${path}: ${misfit}`);
    return {
      trace: header.name,
      strategy: asked,
      virtualized: true,
      exactness: shareExactness(path, header, config, request.allowInexact),
      lines: specs.every(({ characteristics }) => characteristics.lines ?? false),
      config,
    };
  });
  const shared = await withTraces(request.traces, signal, (traces) =>
    share(
      traces.map((trace, at) => ({ spec: specs[at]!, trace })),
      request.sliceRefs,
    ),
  );
  const rows: ShareRow[] = [];
  for (const [at, { result, counts }] of shared.entries()) {
    const alone = await withTraces([request.traces[at]!], signal, ([trace]) => streamCell(specs[at]!, trace!));
    const label = { ...labels[at]!, exactness: afterReplay(labels[at]!, result) };
    rows.push({
      vm: at + 1,
      sliceRefs: request.sliceRefs,
      counts,
      alone: resultRow(label, alone),
      shared: resultRow(label, result),
    });
  }
  return rows;
}

async function withTraces<T>(
  paths: readonly string[],
  signal: AbortSignal | undefined,
  work: (traces: readonly TraceSource[]) => Promise<T>,
): Promise<T> {
  const traces: TraceSource[] = [];
  try {
    for (const path of paths) traces.push(await openAnyTrace(path));
    return await work(traces.map((trace) => abortable(trace, signal)));
  } finally {
    for (const trace of traces) await trace.close?.();
  }
}

/** What a filter left out at capture were hits only as long as nobody else used the TLB. */
function shareExactness(
  path: string,
  { characteristics }: TraceHeader,
  { machine }: RunConfig,
  allowInexact: boolean,
): string {
  const { filterSets } = characteristics;
  if (filterSets !== null && !allowInexact)
    throw new UsageError(
      `${path}: captured through a filter of ${filterSets} pages, exact only for a program that has the TLB to itself: give --allow-inexact to replay it and have its rows marked`,
    );
  const label = exactness(characteristics, machine);
  return filterSets !== null && label === 'exact' ? `inexact: captured through a ${filterSets}-page filter` : label;
}
