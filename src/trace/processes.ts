/** What each process of a trace does: its references and pages, and what it maps at the end. */
import { AddressSpaces } from './address-spaces.js';
import { LAST_REFERENCE, type EventBatch, type PageDictionary, type TraceCharacteristics } from './event.js';

export interface ProcessStatistics {
  /** Number of the address space. */
  readonly space: number;
  readonly runs: { readonly fetch: number; readonly read: number; readonly write: number };
  /** Sum of the counts of its rows: see TraceCharacteristics. */
  readonly references: number;
  /** Distinct 4-KiB pages and 2-MiB regions that it uses. */
  readonly pages: number;
  readonly regions2M: number;
  /** At the end, in order: null where the trace tells of tables instead, or the process has ended. Bits of PROT and MAP_FLAG. */
  readonly mappings: readonly ProcessMapping[] | null;
}

interface ProcessMapping {
  readonly page: number;
  readonly pages: number;
  readonly prot: number;
  readonly flags: number;
}

interface Process {
  references: number;
  /** By kind of reference. */
  readonly runs: [number, number, number];
  /** Pages by id. */
  seen: Uint8Array;
}

export class ProcessTally {
  private readonly processes = new Map<number, Process>();
  private readonly spaces = new AddressSpaces();

  constructor(
    private readonly pages: PageDictionary,
    private readonly source: TraceCharacteristics['source'],
  ) {}

  add(batch: EventBatch): void {
    const { length, kind, space, page, count } = batch;
    let id = -1;
    let process: Process | null = null;
    for (let row = 0; row < length; row++) {
      if (process === null || space[row] !== id) process = this.enter((id = space[row]!));
      process.references += count[row]!;
      const k = kind[row]!;
      if (k <= LAST_REFERENCE) {
        process.runs[k]!++;
        process.seen[page[row]!] = 1;
      } else if (this.source === 'user') this.spaces.event(batch, row);
    }
  }

  statistics(): ProcessStatistics[] {
    return [...this.processes]
      .sort(([a], [b]) => a - b)
      .map(([space, process]) => ({ space, ...this.describe(process), mappings: this.mappings(space) }));
  }

  private describe({ references, runs, seen }: Process): Omit<ProcessStatistics, 'space' | 'mappings'> {
    const regions = new Set<number>();
    let pages = 0;
    seen.forEach((used, id) => {
      if (used === 0) return;
      pages++;
      regions.add(Math.floor(this.pages.vpn[id]! / 512));
    });
    const [fetch, read, write] = runs;
    return { runs: { fetch, read, write }, references, pages, regions2M: regions.size };
  }

  private mappings(id: number): ProcessMapping[] | null {
    const space = this.source === 'user' ? this.spaces.spaces.get(id) : undefined;
    if (space === undefined) return null;
    return space.areas.all.map(({ start, end, prot, flags }) => ({ page: start, pages: end - start, prot, flags }));
  }

  /** The process of a space, with room for the pages that the dictionary has. */
  private enter(space: number): Process {
    let process = this.processes.get(space);
    if (process === undefined) {
      process = { references: 0, runs: [0, 0, 0], seen: new Uint8Array(0) };
      this.processes.set(space, process);
    }
    if (this.pages.size > process.seen.length) {
      const larger = new Uint8Array(2 * this.pages.size);
      larger.set(process.seen);
      process.seen = larger;
    }
    return process;
  }
}
