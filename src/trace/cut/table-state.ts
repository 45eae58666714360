/** Of a full-system trace: the entries of its page tables, and the root in use. */
import { KIND, type EventBatch } from '../event.js';
import { frameOf, LARGE, PRESENT, RecordedWords, type TableWords } from '../table-words.js';
import type { RowsCopy } from './rows-copy.js';
import type { State } from './state.js';

const ROOT_LEVEL = 4;
const PAGE_BYTES = 4096;
const ENTRY_BYTES = 8;

export class TableState implements State {
  private readonly words = new RecordedWords();
  /** Space of the last row, and the last value of CR3, null before the first. */
  private space = 0;
  private cr3: readonly [low: number, high: number] | null = null;

  see(batch: EventBatch, to: number): void {
    for (let row = 0; row < to; row++) {
      this.words.event(batch, row);
      if (batch.kind[row] !== KIND.cr3Write) continue;
      const at = 2 * batch.operandStart[row]!;
      this.cr3 = [batch.operands[at]!, batch.operands[at + 1]!];
    }
    if (to > 0) this.space = batch.space[to - 1]!;
  }

  *write(rows: RowsCopy): Generator<void> {
    const written = new Set<number>();
    const { tables, roots } = this.words;
    const laterRoots = [...tables].filter(([, { level }]) => level >= ROOT_LEVEL).map(([frame]) => frame);
    for (const root of [...[...roots].reverse(), ...laterRoots]) yield* this.below(root, written, rows);
    // Tables that nothing links yet, or any more.
    for (const [frame, table] of tables) if (!written.has(frame)) yield* this.table(frame, table, rows, false);
    if (this.cr3 === null) return;
    rows.event(KIND.cr3Write, this.space);
    rows.rows.operand(...this.cr3);
  }

  /** The table in a frame and those that it leads to, as long as they have the level that their link gives them. */
  private *below(frame: number, written: Set<number>, rows: RowsCopy): Generator<void> {
    const table = this.words.tables.get(frame);
    if (table === undefined || written.has(frame)) return;
    written.add(frame);
    yield* this.table(frame, table, rows, true);
    for (let at = 0; at < table.words.length; at += 2) {
      const child = childOf(table, at);
      if (child !== null && this.words.tables.get(child)?.level === table.level - 1)
        yield* this.below(child, written, rows);
    }
  }

  /** The entries of a table. Loose ones lead nowhere that is known to be of another level: that would contradict what is in use. */
  private *table(frame: number, table: TableWords, rows: RowsCopy, inUse: boolean): Generator<void> {
    const { level, words } = table;
    for (let at = 0; at < words.length; at += 2) {
      const [low, high] = [words[at]!, words[at + 1]!];
      if (low === 0 && high === 0) continue;
      const child = inUse ? null : childOf(table, at);
      if (child !== null && (this.words.tables.get(child)?.level ?? level - 1) !== level - 1) continue;
      rows.event(KIND.tableSnapshot, this.space, level, frame * PAGE_BYTES + (at / 2) * ENTRY_BYTES);
      rows.rows.operand(low, high);
      yield;
    }
  }
}

/** Frame of the table that an entry links; null where it is absent or maps a page. */
function childOf({ level, words }: TableWords, at: number): number | null {
  const low = words[at]!;
  const large = (low & LARGE) !== 0 && (level === 2 || level === 3);
  return (low & PRESENT) === 0 || level === 1 || large ? null : frameOf(low, words[at + 1]!);
}
