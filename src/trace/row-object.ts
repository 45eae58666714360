/** Rows as plain objects, for people and scripts: operands by name. */
import { KIND_NAMES, LAST_REFERENCE, OPERANDS, operandCount, type EventBatch, type PageDictionary } from './event.js';

export interface RowObject {
  /** From 0. */
  readonly record: number;
  readonly kind: string;
  readonly space: number;
  /** Page number of a reference, hexadecimal; null for events. */
  readonly page: string | null;
  readonly count: number;
  readonly operands: Readonly<Record<string, string | number>>;
}

/** Operands that are numbers to count with, or of a list; all others are addresses, pages or entries. */
const DECIMAL: readonly string[] = [
  ...['pages', 'oldPages', 'newPages', 'prot', 'flags', 'advice', 'thread', 'childSpace', 'wholeProcess', 'space'],
  ...['number', 'level', 'vector', 'instruction', 'touched'],
];

/** @param firstRecord number of the batch's first row */
export function rowObjects(batch: EventBatch, pages: PageDictionary, firstRecord: number): RowObject[] {
  return Array.from({ length: batch.length }, (_, row) => {
    const kind = KIND_NAMES[batch.kind[row]!]!;
    const page = batch.kind[row]! <= LAST_REFERENCE ? hex(pages.vpn[batch.page[row]!]!) : null;
    const names: readonly string[] = OPERANDS[kind];
    const operands = Array.from({ length: operandCount(batch, row) }, (_, index) => {
      const name = names[index]!.replace('?', '');
      const at = 2 * (batch.operandStart[row]! + index);
      const value = (BigInt(batch.operands[at + 1]!) << 32n) | BigInt(batch.operands[at]!);
      return [name, DECIMAL.includes(name) ? Number(value) : hex(value)] as const;
    });
    return {
      record: firstRecord + row,
      kind,
      space: batch.space[row]!,
      page,
      count: batch.count[row]!,
      operands: Object.fromEntries(operands),
    };
  });
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
