/**
 * The page tables that a full-system trace tells of, as far as its records can contradict each other. Three things can be known to be wrong:
 *
 * - a level that no table has, or an entry whose address is no multiple of 8;
 * - a record of a table at another level than the entries that lead to it give it, or than a root has;
 * - a snapshot of an entry that the records before it say to be another.
 *
 * A table that nothing links may have been freed and used for something else, of which no record tells: what is known of it is forgotten as
 * soon as it is linked or shown again. Of what a table holds, only the tables that the root in use reaches are certain, and, before there is
 * one, what has been shown so far. Accessed and dirty bits are set by the hardware, and no record tells of them either.
 */
import { KIND, KIND_NAMES, operand, operandPage, type EventBatch } from './event.js';

const LEVELS = 5;
const ROOT_LEVELS = [4, 5];
const PAGE_BYTES = 4096;
const ENTRY_BYTES = 8;
/** Bits 12..51 of an entry or of CR3 are a frame. */
const FRAMES = 2 ** 40;
const NONE = -1;

const PRESENT = 1;
const LARGE = 0x80;
const ACCESSED_DIRTY = 0x60;

interface Entry {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

interface Fault {
  readonly found: string;
  readonly expected: string;
}

class Table {
  /** Number of known entries that link it, by the level that they give it. */
  readonly links = new Uint32Array(LEVELS + 1);
  /** Known entries, by their place. */
  readonly entries = new Map<number, Entry>();
  /** Number of the snapshot that last showed it. */
  shown = NONE;

  get levels(): number[] {
    return Array.from(this.links.keys()).filter((level) => this.links[level]! > 0);
  }
}

export class TableRecords {
  private readonly tables = new Map<number, Table>();
  /** Frame of the root in use. */
  private root = NONE;
  /** Consecutive snapshot rows are one snapshot, each write is one by itself: the number of the last. */
  private snapshot = 0;

  /** Throws a RangeError `row N: found …; expected …` at the first contradiction, with rows counted from `firstRow`. */
  check(batch: EventBatch, firstRow: number): void {
    this.contradictions(batch, (row, found, expected) => {
      throw new RangeError(`row ${firstRow + row}: found ${found}; expected ${expected}`);
    });
  }

  /** Reports each contradiction by its row in the batch; a record that contradicts those before it changes nothing of what is known. */
  contradictions(batch: EventBatch, report: (row: number, found: string, expected: string) => void): void {
    const { kind, length } = batch;
    let before: number = NONE;
    for (let row = 0; row < length; row++) {
      const what = kind[row]!;
      if (what === KIND.cr3Write) this.root = operandPage(batch, row, 0) % FRAMES;
      else if (what === KIND.tableSnapshot || what === KIND.tableWrite) {
        // A snapshot that two batches share counts as two: less is known then, and nothing wrong.
        if (what !== KIND.tableSnapshot || before !== what) this.snapshot++;
        const fault = this.record(batch, row, what === KIND.tableSnapshot);
        if (fault !== null) report(row, `${KIND_NAMES[what]!} ${fault.found}`, fault.expected);
      }
      before = what;
    }
  }

  private record(batch: EventBatch, row: number, isSnapshot: boolean): Fault | null {
    const level = operand(batch, row, 0);
    const address = operand(batch, row, 1);
    if (!(level >= 1 && level <= LEVELS)) return { found: `of level ${level}`, expected: `1 to ${LEVELS}` };
    if (address % ENTRY_BYTES !== 0)
      return { found: `of an entry at ${hex(address)}`, expected: `a multiple of ${ENTRY_BYTES}` };
    const at = 2 * (batch.operandStart[row]! + 2);
    const entry = { low: batch.operands[at]!, high: batch.operands[at + 1]!, level };
    const frame = operandPage(batch, row, 1);
    const index = (address % PAGE_BYTES) / ENTRY_BYTES;
    const table = this.tableAt(frame);
    const levels = this.levelsIfNot(level, table, frame);
    if (levels.length > 0)
      return {
        found: `of level ${level} in the table at ${hex(frame * PAGE_BYTES)}`,
        expected: `level ${levels.join(' or ')}, as the records before it have it`,
      };
    if (isSnapshot) {
      const known = table.entries.get(index);
      if (known !== undefined && differ(known, entry)) {
        if (table.shown === this.snapshot || this.isInUse(table, frame))
          return {
            found: `of the entry at ${hex(address)} with the value ${text(entry)}`,
            expected: `${text(known)}, as the records before it have it`,
          };
        this.forget(table);
      }
      table.shown = this.snapshot;
    }
    this.set(table, index, entry);
    return null;
  }

  private tableAt(frame: number): Table {
    let table = this.tables.get(frame);
    if (table === undefined) {
      table = new Table();
      this.tables.set(frame, table);
    }
    return table;
  }

  /** The levels that a table certainly has, if the given one is not among them; none if it is, or if nothing is certain. */
  private levelsIfNot(level: number, table: Table, frame: number): readonly number[] {
    if (frame === this.root && !ROOT_LEVELS.includes(level)) {
      const others = this.levelsInUse(frame);
      return others.includes(level) ? [] : [...others, ...ROOT_LEVELS];
    }
    const linked = table.levels;
    if (linked.length === 0 || linked.includes(level) || frame === this.root) return [];
    // It may have become a root, which nothing links.
    return this.root === NONE || !ROOT_LEVELS.includes(level) ? linked : this.levelsInUse(frame);
  }

  private isInUse(table: Table, frame: number): boolean {
    if (this.root === NONE) return table.levels.length > 0;
    return frame === this.root || (table.levels.length > 0 && this.levelsInUse(frame).length > 0);
  }

  /** Levels at which the root in use reaches a table below it. Looked for only where a contradiction is suspected: it takes long. */
  private levelsInUse(frame: number): number[] {
    const found = new Set<number>();
    const met = new Set<string>();
    const visit = (table: Table | undefined): void => {
      for (const entry of table?.entries.values() ?? []) {
        const child = childOf(entry);
        const key = `${child} ${entry.level}`;
        if (child === null || met.has(key)) continue;
        met.add(key);
        if (child === frame) found.add(entry.level - 1);
        visit(this.tables.get(child));
      }
    };
    visit(this.tables.get(this.root));
    return [...found];
  }

  private set(table: Table, index: number, entry: Entry): void {
    this.unlink(table.entries.get(index));
    const frame = childOf(entry);
    if (frame !== null) {
      const child = this.tableAt(frame);
      const wasLoose = child.levels.length === 0 && frame !== this.root;
      if (wasLoose && child.shown !== this.snapshot) this.forget(child);
      child.links[entry.level - 1]!++;
    }
    table.entries.set(index, entry);
  }

  private forget(table: Table): void {
    const entries = [...table.entries.values()];
    table.entries.clear();
    for (const entry of entries) this.unlink(entry);
  }

  private unlink(entry: Entry | undefined): void {
    const frame = entry === undefined ? null : childOf(entry);
    if (frame !== null) this.tableAt(frame).links[entry!.level - 1]!--;
  }
}

/** Frame of the table that an entry links; null where it is absent or maps a page. */
function childOf({ low, high, level }: Entry): number | null {
  const large = (low & LARGE) !== 0 && (level === 2 || level === 3);
  if ((low & PRESENT) === 0 || level === 1 || large) return null;
  return (high * 2 ** 20 + (low >>> 12)) % FRAMES;
}

function differ(known: Entry, entry: Entry): boolean {
  return ((known.low ^ entry.low) & ~ACCESSED_DIRTY) !== 0 || known.high !== entry.high;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function text({ low, high }: Entry): string {
  return `0x${((BigInt(high) << 32n) | BigInt(low)).toString(16)}`;
}
