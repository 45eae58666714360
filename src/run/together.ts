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
import type { MissCache } from './miss-cache.js';
import { MissRows } from './miss-rows.js';
import type { Misses } from './misses.js';
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
export async function runTogether(
  specs: readonly CellSpec[],
  open: Open,
  cache: MissCache | null,
): Promise<CellResult[]> {
  try {
    return await inOnePass(specs, open, cache);
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
  }
  const results: CellResult[] = [];
  for (const spec of specs) results.push(await runAlone(spec, open));
  return results;
}

export async function runAlone(spec: CellSpec, open: Open): Promise<CellResult> {
  return closing(await open(), (trace) => streamCell(spec, trace));
}

/** Throws `Diverged`. @param cache of misses that were found before */
export async function inOnePass(
  specs: readonly CellSpec[],
  open: Open,
  cache: MissCache | null = null,
): Promise<CellResult[]> {
  const { tlbs, tlbOf } = distinct(specs.map(({ config }) => config.machine.tlb));
  const asked = tlbs.map((_, tlb) =>
    specs.some(({ config }, at) => tlbOf[at] === tlb && cachesEntries(config.machine)),
  );
  const shared = common(specs[0]!);
  const names = tlbs.map((tlb) => `${shared} ${JSON.stringify(tlb)}`);
  let misses = await known(names, cache);
  if (misses === null) {
    misses = await found(specs[0]!, tlbs, asked, open);
    for (const [tlb, name] of names.entries()) if (asked[tlb]!) await cache?.write(name, misses[tlb]!);
  }
  const all: CellResult[] = [];
  for (const [at, spec] of specs.entries()) {
    const own = misses[tlbOf[at]!]!;
    if (!cachesEntries(spec.config.machine)) all.push(own.bare);
    else all.push(await closing(await open(), (trace) => missesReplayed(spec, trace, own)));
  }
  return all;
}

/** Of all TLBs, or none. */
async function known(names: readonly string[], cache: MissCache | null): Promise<Misses[] | null> {
  const all: Misses[] = [];
  for (const name of names) {
    const misses = (await cache?.read(name)) ?? null;
    if (misses === null) return null;
    all.push(misses);
  }
  return all;
}

/** One replay for all TLBs. @param asked by TLB: whether its rows are needed */
async function found(
  spec: CellSpec,
  tlbs: readonly Machine['tlb'][],
  asked: readonly boolean[],
  open: Open,
): Promise<Misses[]> {
  const rows = new MissRows(asked);
  const many = await closing(await open(), async (trace) => {
    const cells = new ManyCells(spec, tlbs, trace.pages, asked.includes(true) ? rows : null);
    for await (const batch of trace.batches()) cells.replay(batch);
    return cells;
  });
  const trails = many.trails();
  return many.results().map((bare, tlb) => ({ bare, trail: trails[tlb]!, rows: rows.of(tlb) }));
}

function distinct(all: readonly Machine['tlb'][]): { tlbs: Machine['tlb'][]; tlbOf: number[] } {
  const names = all.map((tlb) => JSON.stringify(tlb));
  const known = [...new Set(names)];
  return { tlbs: known.map((name) => all[names.indexOf(name)]!), tlbOf: names.map((name) => known.indexOf(name)) };
}

/** Whether anything but TLBs has a part in walks. */
export function cachesEntries({ walkCache, nestedTlb, pteCacheShare }: Machine): boolean {
  return walkCache !== null || nestedTlb !== null || pteCacheShare > 0;
}

/** A cell whose TLBs have been answered for: what lies behind them is replayed. */
async function missesReplayed(spec: CellSpec, trace: TraceSource, { bare, trail, rows }: Misses): Promise<CellResult> {
  const replay = new MissReplay();
  const { virtualized } = definitionOf(spec.strategy);
  const cell = new CellWith(spec, processorWith(replay, spec.config, virtualized, false, trace.pages));
  let number = 0;
  for await (const batch of trace.batches()) {
    replay.rows = rows[number++]!;
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
