/**
 * Traces of the first Championship Value Prediction, of ARMv8 programs. A record: u64 instruction pointer, u8 class; of loads and stores u64 address
 * and u8 size; of branches u8 taken, then where it is taken the target; numbers of registers read and written, and the values of the latter.
 */
import { isCanonical } from '../canonical.js';
import { KIND } from '../event.js';
import type { RecordStream } from '../record-stream.js';
import { recordTrace } from '../record-trace.js';
import type { UserRows } from '../user-rows.js';
import type { TraceFormat } from './format.js';

const CLASS = { load: 1, store: 2, conditionalBranch: 3, indirectBranch: 5, last: 8 } as const;
const LAST_REGISTER = 64;
/** Registers of 128 bits. */
const VECTOR = { first: 32, last: 63 };
const INSTRUCTION_BYTES = 4;

export const cvp1: TraceFormat = {
  description: 'CVP-1 (Championship Value Prediction), ARMv8',
  suffix: '.cvp',
  recognise(head) {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    let at = 0;
    let records = 0;
    for (; at < head.length; records++) {
      const end = recordEnd(view, at);
      if (end === null) break;
      if (typeof end === 'string' || !isCanonical(view.getBigUint64(at, true))) return false;
      at = end;
    }
    return records > 1 || (records === 1 && at === head.length);
  },
  read: (bytes, options) => recordTrace(bytes, options, (stream, rows) => ({ consume: () => consume(stream, rows) })),
};

function consume(stream: RecordStream, rows: UserRows): void {
  const { view } = stream;
  while (!rows.full) {
    const { at } = stream;
    const end = recordEnd(view, at);
    if (end === null) return;
    if (typeof end === 'string') stream.fail(end, `classes 0 to ${CLASS.last}, registers 0 to ${LAST_REGISTER}`);
    access(rows, KIND.fetch, view, at, INSTRUCTION_BYTES);
    const kind = view.getUint8(at + 8);
    if (kind === CLASS.load || kind === CLASS.store)
      access(rows, kind === CLASS.load ? KIND.read : KIND.write, view, at + 9, view.getUint8(at + 17));
    stream.at = end;
  }
}

function access(rows: UserRows, kind: number, view: DataView, at: number, size: number): void {
  const low = view.getUint32(at, true);
  rows.access(kind, view.getUint32(at + 4, true) * 0x10_0000 + (low >>> 12), (low & 0xfff) + size);
}

/** Where the record that begins at `at` ends; null where it goes on behind the view; what is wrong with it, if something is. */
function recordEnd(view: DataView, at: number): number | string | null {
  const length = view.byteLength;
  if (at + 9 > length) return null;
  const kind = view.getUint8(at + 8);
  if (kind > CLASS.last) return `an instruction of class ${kind}`;
  let end = at + 9;
  if (kind === CLASS.load || kind === CLASS.store) end += 9;
  else if (kind >= CLASS.conditionalBranch && kind <= CLASS.indirectBranch) {
    if (end >= length) return null;
    const taken = view.getUint8(end);
    if (taken > 1) return `a branch that is taken ${taken} times`;
    end += taken === 1 ? 9 : 1;
  }
  let values = 0;
  for (const written of [false, true]) {
    if (end >= length) return null;
    const first = end + 1;
    end = first + view.getUint8(end);
    if (end > length) return null;
    for (let i = first; i < end; i++) {
      const register = view.getUint8(i);
      if (register > LAST_REGISTER) return `register ${register}`;
      if (written) values += register >= VECTOR.first && register <= VECTOR.last ? 16 : 8;
    }
  }
  return end + values > length ? null : end + values;
}
