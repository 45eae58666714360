/** A Pin tool's records of 9 bytes: `I`, `R` or `W`, and an address of 64 bits, little-endian. Neither sizes nor threads are told. */
import { isCanonical } from '../canonical.js';
import { KIND } from '../event.js';
import { recordTrace } from '../record-trace.js';
import type { TraceFormat } from './format.js';

const RECORD = 9;
const KINDS: Readonly<Record<number, number>> = { 0x49: KIND.fetch, 0x52: KIND.read, 0x57: KIND.write };

export const pinRecords: TraceFormat = {
  description: 'records of 9 bytes of a Pin tool: I, R or W, and the address',
  suffix: '.pin',
  recognise(head) {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    for (let at = 0; at + RECORD <= head.length; at += RECORD)
      if (KINDS[head[at]!] === undefined || !isCanonical(view.getBigUint64(at + 1, true))) return false;
    return head.length >= RECORD;
  },
  read: (bytes, options) =>
    recordTrace(bytes, options, (stream, rows) => ({
      consume() {
        const { view } = stream;
        for (; stream.left >= RECORD && !rows.full; stream.at += RECORD) {
          const { at } = stream;
          const kind =
            KINDS[view.getUint8(at)] ?? stream.fail(`a record of kind ${stream.hex(1)}`, '49 (I), 52 (R) or 57 (W)');
          rows.access(kind, view.getUint32(at + 5, true) * 0x10_0000 + (view.getUint32(at + 1, true) >>> 12), 0);
        }
      },
    })),
};
