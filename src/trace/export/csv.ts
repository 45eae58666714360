/**
 * CSV: a line for each record, `kind,space,address,count,operands`. `kind` is the name of the kind; `address` that of the page, hexadecimal with
 * 0x, empty for events; `count` the references that the record stands for; `operands` decimal numbers with a space between two.
 * The header of the trace (name, origin, characteristics) has no place in it, all records have.
 */
import { KIND_NAMES, LAST_REFERENCE, operandCount, type EventBatch, type PageDictionary } from '../event.js';
import type { ExportFormat } from './format.js';

const CSV_COLUMNS = ['kind', 'space', 'address', 'count', 'operands'] as const;

const LINES_AT_ONCE = 10_000;

export const csv: ExportFormat = {
  description: `a line of text for each record, events too: ${CSV_COLUMNS.join(', ')}`,
  suffix: '.csv',
  text: true,
  async *encode(source) {
    yield Buffer.from(`${CSV_COLUMNS.join(',')}\n`);
    for await (const batch of source.batches())
      for (let row = 0; row < batch.length; row += LINES_AT_ONCE)
        yield Buffer.from(lines(batch, source.pages, row, Math.min(batch.length, row + LINES_AT_ONCE)));
  },
};

function lines(batch: EventBatch, pages: PageDictionary, from: number, to: number): string {
  let text = '';
  for (let row = from; row < to; row++) {
    const kind = batch.kind[row]!;
    const address = kind <= LAST_REFERENCE ? addressText(pages.vpn[batch.page[row]!]!) : '';
    text += `${KIND_NAMES[kind]!},${batch.space[row]!},${address},${batch.count[row]!},${operandsText(batch, row)}\n`;
  }
  return text;
}

/** Twelve bits more than the page number: three digits. */
function addressText(vpn: number): string {
  return vpn === 0 ? '0x0' : `0x${vpn.toString(16)}000`;
}

function operandsText(batch: EventBatch, row: number): string {
  const operands = operandCount(batch, row);
  if (operands === 0) return '';
  return Array.from({ length: operands }, (_, index) => {
    const at = 2 * (batch.operandStart[row]! + index);
    const [low, high] = [batch.operands[at]!, batch.operands[at + 1]!];
    return high === 0 ? low : (BigInt(high) << 32n) | BigInt(low);
  }).join(' ');
}
