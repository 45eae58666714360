/**
 * Cells that differ only in TLBs and in what caches table entries, answered together: one replay for all TLBs, then for each cell with walk
 * caches, a nested TLB or table lines in data caches a replay of what its TLBs miss. Counts are those of cells that are replayed one by one;
 * where that cannot be vouched for, they are.
 */
import type { Machine } from '../config/machine-schema.js';
import { Diverged } from '../mmu/many/diverged.js';
import { MissReplay } from '../mmu/many/miss-replay.js';
import { notStacked, outlineOf } from '../mmu/many/shapes.js';
import { definitionOf } from '../paging/index.js';
import { closing, type TraceSource } from '../trace/source.js';
import type { CellResult } from './cell-result.js';
import { CellWith, streamCell, type CellSpec } from './cell.js';
import { ManyCells } from './many.js';
import { MissRows } from './miss-rows.js';
import { processorWith } from './processor.js';

/** The trace from its beginning. */
export type Open = () => Promise<TraceSource>;

/** Positions of cells of one trace, by what can be answered together. */
export function togetherness(specs: readonly CellSpec[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [at, spec] of specs.entries()) {
    const name = common(spec) ?? `${at}`;
    groups.set(name, [...(groups.get(name) ?? []), at]);
  }
  return [...groups.values()];
}

/** What cells must have in common; null of one that is replayed alone. */
function common({ strategy, characteristics, config, audit = false, sample }: CellSpec): string | null {
  const { machine } = config;
  const { tlb } = machine;
  const dataCompetes = (characteristics.lines ?? false) && machine.pteCacheShare > 0;
  if (audit || sample !== undefined || dataCompetes || config.guest.vcpus > 1 || notStacked(tlb) !== null) return null;
  const compared = { tlb: outlineOf(tlb), split4m: tlb.split4m, walkCache: null, nestedTlb: null, caches: null };
  return JSON.stringify([
    strategy,
    { ...config, costs: null, machine: { ...machine, ...compared, pteCacheShare: null } },
  ]);
}

/** @param specs of one group, two or more @returns in their order */
export async function runTogether(specs: readonly CellSpec[], open: Open): Promise<CellResult[]> {
  try {
    return await inOnePass(specs, open);
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
  }
  const results: CellResult[] = [];
  for (const spec of specs) results.push(await closing(await open(), (trace) => streamCell(spec, trace)));
  return results;
}

/** Throws `Diverged`. */
export async function inOnePass(specs: readonly CellSpec[], open: Open): Promise<CellResult[]> {
  const { tlbs, tlbOf } = distinct(specs.map(({ config }) => config.machine.tlb));
  const asked = tlbs.map((_, tlb) =>
    specs.some(({ config }, at) => tlbOf[at] === tlb && cachesEntries(config.machine)),
  );
  const rows = new MissRows(asked);
  const many = await closing(await open(), async (trace) => {
    const cells = new ManyCells(specs[0]!, tlbs, trace.pages, asked.includes(true) ? rows : null);
    for await (const batch of trace.batches()) cells.replay(batch);
    return cells;
  });
  const results = many.results();
  const trails = many.trails();
  const all: CellResult[] = [];
  for (const [at, spec] of specs.entries()) {
    const tlb = tlbOf[at]!;
    const bare = results[tlb]!;
    if (!cachesEntries(spec.config.machine)) all.push(bare);
    else all.push(await closing(await open(), (trace) => missesReplayed(spec, trace, rows, tlb, bare, trails[tlb]!)));
  }
  return all;
}

function distinct(all: readonly Machine['tlb'][]): { tlbs: Machine['tlb'][]; tlbOf: number[] } {
  const names = all.map((tlb) => JSON.stringify(tlb));
  const known = [...new Set(names)];
  return { tlbs: known.map((name) => all[names.indexOf(name)]!), tlbOf: names.map((name) => known.indexOf(name)) };
}

/** Whether anything but TLBs has a part in walks. */
function cachesEntries({ walkCache, nestedTlb, pteCacheShare }: Machine): boolean {
  return walkCache !== null || nestedTlb !== null || pteCacheShare > 0;
}

/** A cell whose TLBs have been answered for: what lies behind them is replayed. @param bare what it counts without that */
async function missesReplayed(
  spec: CellSpec,
  trace: TraceSource,
  rows: MissRows,
  tlb: number,
  bare: CellResult,
  trail: number,
): Promise<CellResult> {
  const replay = new MissReplay();
  const { virtualized } = definitionOf(spec.strategy);
  const cell = new CellWith(spec, processorWith(replay, spec.config, virtualized, false, trace.pages));
  let number = 0;
  for await (const batch of trace.batches()) {
    replay.rows = rows.of(tlb, number++);
    cell.replay(batch);
  }
  const result = cell.result();
  const { refs, fetchRefs, readRefs, writeRefs, l1TlbHits, l2TlbHits, tlbMisses, rewalks } = bare.counters;
  if (replay.trail !== trail || !sameEvents(result, bare))
    throw new Diverged('what caches table entries has led walks elsewhere');
  return {
    ...result,
    counters: { ...result.counters, refs, fetchRefs, readRefs, writeRefs, l1TlbHits, l2TlbHits, tlbMisses, rewalks },
  };
}

function sameEvents(one: CellResult, other: CellResult): boolean {
  return (
    one.counters.guestFaults === other.counters.guestFaults &&
    one.counters.tlbFlushes === other.counters.tlbFlushes &&
    JSON.stringify(one.exits) === JSON.stringify(other.exits)
  );
}
