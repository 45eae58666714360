import type { Machine } from '../../config/machine-schema.js';
import { FORMATS, PTE } from '../../memory/formats/index.js';
import { entryIndex, makeHigh, makeLow, writeEntry } from '../../memory/page-table.js';
import { PhysicalMemory } from '../../memory/physical.js';
import { ACCESS, Dimension } from '../../mmu/dimension.js';
import { DataCaches } from '../../mmu/pte-cache.js';
import type { PteCacheModel } from '../../mmu/walk-observer.js';
import { Walker } from '../../mmu/walker.js';
import { servedCycles } from '../../cost/cost-model.js';
import { decimal } from '../../report/number-text.js';
import { generateTrace } from '../../trace/generate.js';
import { notCheckable, within, type Check, type Finding } from './check.js';
import { FIRST_PAGE, GUEST, HOST, MACHINE, PAGES, PASSES, REFERENCES, WALKS } from './published-smoke.js';
import { configOf, recorded, replayed } from './replay.js';

const FORMAT = FORMATS['4level'];
const FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed | PTE.dirty;

/** Maps a page by tables at given frames, from the root down, as a line of their dump does. @param place system frame that a table lies in */
function map(
  memory: PhysicalMemory,
  vpn: number,
  tables: readonly number[],
  frame: number,
  place: (table: number) => number,
): void {
  [...tables.slice(1), frame].forEach((to, at) => {
    const index = entryIndex(FORMAT, vpn, FORMAT.levels - at);
    writeEntry(memory, FORMAT, place(tables[at]!), index, makeLow(to, FLAGS), makeHigh(to));
  });
}

/** Both dimensions. @returns walker, and the system frame of each page */
function built(): { memory: PhysicalMemory; walker: Walker; frames: readonly number[] } {
  const memory = new PhysicalMemory();
  const pages = Array.from({ length: PAGES }, (_, page) => page);
  const leaves = pages.filter((page) => page % 512 === 0).map((page) => GUEST.leaf + page / 512);
  const used = [...GUEST.tables, ...leaves, ...pages.map((page) => GUEST.data + page)].toSorted((a, b) => a - b);
  const system = new Map(used.map((frame, rank) => [frame, HOST.data + rank]));
  for (const [frame, to] of system)
    map(memory, frame, [...HOST.tables, HOST.leaf + Math.floor(frame / 512)], to, (table) => table);
  for (const page of pages) {
    const tables = [...GUEST.tables, GUEST.leaf + Math.floor(page / 512)];
    map(memory, FIRST_PAGE + page, tables, GUEST.data + page, (table) => system.get(table)!);
  }
  const walker = new Walker(
    memory,
    new Dimension(FORMAT, GUEST.tables[0] * 4096),
    new Dimension(FORMAT, HOST.tables[0] * 4096),
  );
  return { memory, walker, frames: pages.map((page) => system.get(GUEST.data + page)!) };
}

/** The prefetcher that drcachesim, which theirs is made of, has unless told otherwise: a first-level miss fetches the next line too. */
class NextLine implements PteCacheModel {
  constructor(private readonly caches: PteCacheModel) {}

  touch(line: number): number {
    const served = this.caches.touch(line);
    if (served > 0) this.caches.touch(line + 1);
    return served;
  }
}

/** Mean cycles of each reference of the walks of all passes: each page misses the TLB. */
function profile(machine: Machine, prefetches: boolean): number[] {
  const { memory, walker, frames } = built();
  const caches = new DataCaches(machine, memory);
  const cycles = new Float64Array(REFERENCES.length);
  let at = 0;
  walker.pteCache = prefetches ? new NextLine(caches) : caches;
  walker.observer = {
    reference: (_dimension, _level, _address, _low, _high, served) => {
      cycles[at++]! += servedCycles(
        [0, 1, 2, 3].map((place) => (place === served ? 1 : 0)),
        machine,
      );
    },
    update: () => undefined,
  };
  for (let pass = 0; pass < PASSES; pass++)
    frames.forEach((frame, page) => {
      at = 0;
      walker.walk(FIRST_PAGE + page, ACCESS.user | ACCESS.write);
      caches.touchData(frame, 0);
      if (prefetches) caches.touchData(frame, 64); // pages are first lines of one set, which never hit
    });
  return Array.from(cycles, (sum) => sum / (PASSES * PAGES));
}

const [LEAF_LOW, LEAF_HIGH, LOW, HIGH] = [0.85, 1.15, 4, 4.45];

function references(cycles: readonly number[], alone: readonly number[]): Finding[] {
  return REFERENCES.map(([name, target], at) => {
    const leaf = name === 'G4' || name === 'UDH4';
    return within({
      what: `cycles of reference ${name}`,
      target: decimal(target, 2),
      measured: cycles[at]!,
      band: leaf ? [rounded(LEAF_LOW * target), rounded(LEAF_HIGH * target)] : [LOW, HIGH],
      learned: `without the prefetcher ${decimal(alone[at]!, 2)}`,
    });
  });
}

function walks(cycles: readonly number[], alone: readonly number[]): Finding[] {
  const sum = (wanted: (name: string) => boolean, of: readonly number[]): number =>
    REFERENCES.reduce((total, [name], at) => total + (wanted(name) ? of[at]! : 0), 0);
  const DESIGNS: readonly (readonly [string, number, (name: string) => boolean])[] = [
    ['nested paging', WALKS.nested, () => true],
    ['SagePTE, which has no last host walk', WALKS.sagePte, (name) => !name.startsWith('UDH')],
    ['DMT, which reads three entries', WALKS.dmt, (name) => ['G4H4', 'G4', 'UDH4'].includes(name)],
  ];
  return DESIGNS.map(([what, target, wanted]) => ({
    ...within({
      what: `cycles of a walk: ${what}`,
      target: decimal(target, 2),
      measured: sum(wanted, cycles),
      band: [rounded(0.9 * target), rounded(1.1 * target)],
    }),
    learned: `without the prefetcher ${decimal(sum(wanted, alone), 2)}`,
  }));
}

const rounded = (cycles: number): number => Math.round(100 * cycles) / 100;

function findings(): Finding[] {
  const config = configOf({ machine: 'intel-skylake-sp', walkCaches: 'none', set: MACHINE });
  const [cycles, alone] = [profile(config.machine, true), profile(config.machine, false)];
  const touches = recorded(generateTrace('strided', { refs: PASSES * PAGES, pages: PAGES }));
  const misses = replayed(touches, 'native', config).counters.walks;
  return [
    ...references(cycles, alone),
    ...walks(cycles, alone),
    notCheckable(
      'walks that were counted',
      String(WALKS.count),
      `that takes their instruction trace and their TLB, which replaces the least frequently used entry; with LRU all ${misses} touches miss`,
    ),
  ];
}

export const b1: Check = {
  id: 'B1',
  class: 'BAND',
  title: 'Cycles of each reference of a nested walk: 16 MiB are touched page by page, three times',
  source: 'SagePTE artifact, Simulator/example; next-line prefetcher: default of the drcachesim that it is made of',
  tag: 'P',
  workload:
    'stride of 4096 bytes over 16 MiB, 3 passes, tables at the given frames; caches of tables and data with a next-line prefetcher',
  findings,
};
