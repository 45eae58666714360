/** MemTrace-Pin: records of 18 bytes, little-endian: u64 nanoseconds, u64 address, u8 whether it is a read, u8 size. Threads are not told. */
import { isCanonical } from '../canonical.js';
import { KIND } from '../event.js';
import { recordTrace } from '../record-trace.js';
import type { TraceFormat } from './format.js';

const RECORD = 18;
const ADDRESS = 8;
const IS_READ = 16;
const SIZE = 17;

export const pinMemtrace: TraceFormat = {
  description: 'records of 18 bytes of MemTrace-Pin: time, address, read or write, size',
  suffix: '.memtrace',
  recognise(head) {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    let time = 0n;
    for (let at = 0; at + RECORD <= head.length; at += RECORD) {
      const now = view.getBigUint64(at, true);
      const address = view.getBigUint64(at + ADDRESS, true);
      const size = head[at + SIZE]!;
      if (now < time || address === 0n || !isCanonical(address) || head[at + IS_READ]! > 1 || size === 0 || size > 64)
        return false;
      time = now;
    }
    return head.length >= RECORD && time > 0n && time < 1n << 62n;
  },
  read: (bytes, options) =>
    recordTrace(
      bytes,
      options,
      (stream, rows) => ({
        consume() {
          const { view } = stream;
          for (; stream.left >= RECORD && !rows.full; stream.at += RECORD) {
            const { at } = stream;
            const isRead = view.getUint8(at + IS_READ);
            if (isRead > 1) stream.fail(`a record that says ${isRead}`, '1 for a read, 0 for a write');
            const low = view.getUint32(at + ADDRESS, true);
            const page = view.getUint32(at + ADDRESS + 4, true) * 0x10_0000 + (low >>> 12);
            rows.access(isRead === 1 ? KIND.read : KIND.write, page, (low & 0xfff) + view.getUint8(at + SIZE));
          }
        },
      }),
      { characteristics: { fetches: false } },
    ),
};
