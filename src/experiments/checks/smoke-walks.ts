/** The walks of the SagePTE artifact's example, replayed on tables at its frames: cycles of each of the 24 references. */
import type { RunConfig } from '../../config/schema.js';
import { servedCycles } from '../../cost/cost-model.js';
import { FORMATS, PTE } from '../../memory/formats/index.js';
import { entryIndex, makeHigh, makeLow, writeEntry } from '../../memory/page-table.js';
import { PhysicalMemory } from '../../memory/physical.js';
import { ACCESS, Dimension } from '../../mmu/dimension.js';
import { DataCaches } from '../../mmu/pte-cache.js';
import type { PteCacheModel } from '../../mmu/walk-observer.js';
import { Walker } from '../../mmu/walker.js';
import { FIRST_PAGE, GUEST, HOST, MACHINE, PAGES, PASSES, REFERENCES, WALKS } from './published-smoke.js';
import { configOf } from './replay.js';

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
export function smokeCycles({ machine }: RunConfig, prefetches: boolean): number[] {
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

export const smokeConfig = (): RunConfig => configOf({ machine: 'intel-skylake-sp', walkCaches: 'none', set: MACHINE });

/** What each design reads of the 24 references, and the published cycles of its walk. */
export const SMOKE_DESIGNS: readonly (readonly [what: string, published: number, reads: (name: string) => boolean])[] =
  [
    ['nested paging', WALKS.nested, () => true],
    ['SagePTE, which has no last host walk', WALKS.sagePte, (name) => !name.startsWith('UDH')],
    ['DMT, which reads three entries', WALKS.dmt, (name) => ['G4H4', 'G4', 'UDH4'].includes(name)],
  ];

/** Cycles of a walk that reads some of the references. */
export function smokeWalk(cycles: readonly number[], reads: (name: string) => boolean): number {
  return REFERENCES.reduce((total, [name], at) => total + (reads(name) ? cycles[at]! : 0), 0);
}
