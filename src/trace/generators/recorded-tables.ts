/** The four-level tables of a guest whose trace brings them along: snapshot rows for what is there at the beginning. */
import type { Script } from './script.js';

/** Present, writable, for users, accessed and dirty. */
const ENTRY_FLAGS = 0x67;
/** Frames of data begin behind those of tables. */
export const FIRST_DATA_FRAME = 0x1000;

const LEVELS = 4;
const PAGE_BYTES = 4096;
const ENTRY_BYTES = 8;
const ENTRIES = 512;

export class RecordedTables {
  /** Frame of each table below the root, by its level and the first page that it maps. */
  private readonly frames = new Map<string, number>();

  /** @param root frame of the root; the other tables follow it. */
  constructor(
    private readonly script: Script,
    readonly root: number,
    private nextFrame = root + 1,
  ) {}

  /** Maps a page to a frame, from before the trace begins. */
  map(page: number, frame: number): void {
    this.script.event('tableSnapshot', 1, this.leafAddress(page), entryTo(frame));
  }

  /** Physical address of the leaf entry of a page; makes the tables above it. */
  leafAddress(page: number): number {
    return entryAddress(this.table(page, 1), page, 1);
  }

  private table(page: number, level: number): number {
    if (level === LEVELS) return this.root;
    const key = `${level} ${Math.floor(page / ENTRIES ** level)}`;
    const held = this.frames.get(key);
    if (held !== undefined) return held;
    const above = this.table(page, level + 1);
    const frame = this.nextFrame++;
    this.frames.set(key, frame);
    this.script.event('tableSnapshot', level + 1, entryAddress(above, page, level + 1), entryTo(frame));
    return frame;
  }
}

function entryAddress(table: number, page: number, level: number): number {
  const index = Math.floor(page / ENTRIES ** (level - 1)) % ENTRIES;
  return table * PAGE_BYTES + index * ENTRY_BYTES;
}

/** An entry that points to a frame: of data at level 1, of a table above. */
export function entryTo(frame: number): number {
  return frame * PAGE_BYTES + ENTRY_FLAGS;
}
