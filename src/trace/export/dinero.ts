/**
 * Dinero's text, `.din`: a line for each reference, `LABEL ADDRESS`: 0 read, 1 write, 2 fetch; hexadecimal without prefix.
 * Each reference of a run that begins with a write is written as a write: the trace does not say which of the others are reads.
 */
import { KIND } from '../event.js';
import type { ExportFormat } from './format.js';
import { referenceRuns } from './references.js';

const LABELS: Readonly<Record<number, string>> = { [KIND.read]: '0', [KIND.write]: '1', [KIND.fetch]: '2' };

/** A run of billions of references is written in parts. */
const LINES_AT_ONCE = 100_000;
const CHUNK_CHARACTERS = 1 << 20;

export const dinero: ExportFormat = {
  description: 'a line of text for each reference: label and address',
  suffix: '.din',
  text: true,
  async *encode(source, drops) {
    let text = '';
    for await (const runs of referenceRuns(source, drops)) {
      for (const { kind, address, count } of runs) {
        const line = `${LABELS[kind]!} ${address.toString(16)}\n`;
        for (let left = count; left > 0; left -= LINES_AT_ONCE) {
          text += line.repeat(Math.min(left, LINES_AT_ONCE));
          if (text.length < CHUNK_CHARACTERS) continue;
          yield Buffer.from(text);
          text = '';
        }
      }
    }
    yield Buffer.from(text);
  },
};
