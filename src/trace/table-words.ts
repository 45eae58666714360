/**
 * The page tables of a full-system trace as words in memory, as a replay has them: whatever its records have put there, linked or not.
 * Tables of 4 and 5 levels, as recorders of full-system traces write them.
 */
import { KIND, operand, operandPage, type EventBatch } from './event.js';

export const PRESENT = 1;
const WRITABLE = 2;
export const LARGE = 0x80;
/** In the high half. */
const NO_EXECUTE = 0x8000_0000;

const ENTRIES = 512;
/** Bits 12..51 of an entry or of CR3 are a frame. */
const FRAMES = 2 ** 40;
const ROOT_LEVEL = 4;

export interface TableWords {
  /** As the last record of it has it. */
  level: number;
  /** Entries as two halves, low half first. */
  readonly words: Uint32Array;
}

/** What a page is mapped to. */
export interface TableMapping {
  readonly frame: number;
  readonly writable: boolean;
  readonly executable: boolean;
}

export class RecordedWords {
  readonly tables = new Map<number, TableWords>();
  /** Frames of the roots that CR3 has pointed to, the one in use last; −1 before the first. */
  readonly roots = new Set<number>();
  root = -1;

  /** Carries out a table record or a CR3 write; does nothing at other rows. */
  event(batch: EventBatch, row: number): void {
    const kind = batch.kind[row]!;
    if (kind === KIND.cr3Write) {
      this.root = operandPage(batch, row, 0) % FRAMES;
      this.roots.delete(this.root);
      this.roots.add(this.root);
    } else if (kind === KIND.tableSnapshot || kind === KIND.tableWrite) {
      const index = (operand(batch, row, 1) % 4096) >>> 3;
      const at = 2 * (batch.operandStart[row]! + 2);
      const table = this.table(operandPage(batch, row, 1), operand(batch, row, 0));
      table.words[2 * index] = batch.operands[at]!;
      table.words[2 * index + 1] = batch.operands[at + 1]!;
    }
  }

  /** What the root in use maps a page to; null where it does not. */
  find(vpn: number): TableMapping | null {
    let table = this.tables.get(this.root);
    let writable = true;
    let executable = true;
    for (let level = table?.level === ROOT_LEVEL + 1 ? ROOT_LEVEL + 1 : ROOT_LEVEL; table !== undefined; level--) {
      const pages = ENTRIES ** (level - 1);
      const index = Math.floor(vpn / pages) % ENTRIES;
      const low = table.words[2 * index]!;
      const high = table.words[2 * index + 1]!;
      if ((low & PRESENT) === 0) return null;
      writable &&= (low & WRITABLE) !== 0;
      executable &&= (high & NO_EXECUTE) === 0;
      if (level === 1) return { frame: frameOf(low, high), writable, executable };
      if ((low & LARGE) !== 0 && level < ROOT_LEVEL) {
        const first = frameOf(low, high);
        return { frame: first - (first % pages) + (vpn % pages), writable, executable };
      }
      table = this.tables.get(frameOf(low, high));
    }
    return null;
  }

  private table(frame: number, level: number): TableWords {
    let table = this.tables.get(frame);
    if (table === undefined) {
      table = { level, words: new Uint32Array(2 * ENTRIES) };
      this.tables.set(frame, table);
    }
    table.level = level;
    return table;
  }
}

/** Frame that an entry points to. */
export function frameOf(low: number, high: number): number {
  return ((high >>> 0) * 2 ** 20 + (low >>> 12)) % FRAMES;
}
