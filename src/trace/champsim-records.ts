/**
 * ChampSim's instruction records: little-endian, without a header. An address of 0 is none; a load and a store of one record to the same address
 * are one write. Neither sizes nor threads are told.
 */
import { isCanonical } from './canonical.js';
import { KIND } from './event.js';
import type { RecordStream } from './record-stream.js';
import type { UserRows } from './user-rows.js';

/** Where in a record things are; the branch is two bytes at 8, each 0 or 1. */
export interface RecordLayout {
  readonly bytes: number;
  readonly stores: { readonly at: number; readonly count: number };
  readonly loads: { readonly at: number; readonly count: number };
  /** Of two bytes; null: there is none. */
  readonly asid: number | null;
}

const BRANCH = 8;

/** Whether all whole records of the head could be some: at least one. */
export function looksLikeRecords(head: Uint8Array, { bytes, stores, loads }: RecordLayout): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (let at = 0; at + bytes <= head.length; at += bytes) {
    const ip = view.getBigUint64(at, true);
    const isBranch = head[at + BRANCH]!;
    const taken = head[at + BRANCH + 1]!;
    if (ip === 0n || !isCanonical(ip) || isBranch > 1 || taken > isBranch) return false;
    for (const { at: first, count } of [stores, loads])
      for (let i = 0; i < count; i++) if (!isCanonical(view.getBigUint64(at + first + 8 * i, true))) return false;
  }
  return head.length >= bytes;
}

/** Goes through the whole records that are there, or until the rows are full. */
export function consumeRecords(
  stream: RecordStream,
  rows: UserRows,
  { bytes, asid, loads, stores }: RecordLayout,
): void {
  const words = stream.words();
  const record = bytes / 4;
  const end = words.length - record;
  const branch = BRANCH / 4;
  const load = loads.at / 4;
  const loadsEnd = load + 2 * loads.count;
  const store = stores.at / 4;
  const storesEnd = store + 2 * stores.count;
  const start = stream.at;
  let at = 0;
  for (; at <= end && !rows.full; at += record) {
    if ((words[at + branch]! & 0xfefe) !== 0) {
      stream.at = start + 4 * at;
      stream.fail(`a record with the branch bytes ${stream.hex(BRANCH + 2).slice(2 * BRANCH)}`, '00 or 01 each');
    }
    if (asid !== null) {
      stream.at = start + 4 * at; // there may be too many
      rows.run(words[at + asid / 4]! & 0xffff);
    }
    rows.access(KIND.fetch, pageOf(words[at]!, words[at + 1]!), 0);
    for (let i = at + load; i < at + loadsEnd; i += 2) {
      const low = words[i]!;
      const high = words[i + 1]!;
      if ((low | high) !== 0 && !isStored(words, low, high, at + store, at + storesEnd))
        rows.access(KIND.read, pageOf(low, high), 0);
    }
    for (let i = at + store; i < at + storesEnd; i += 2) {
      const low = words[i]!;
      const high = words[i + 1]!;
      if ((low | high) !== 0) rows.access(KIND.write, pageOf(low, high), 0);
    }
  }
  stream.at = start + 4 * at;
}

function pageOf(low: number, high: number): number {
  return high * 0x10_0000 + (low >>> 12);
}

function isStored(words: Uint32Array, low: number, high: number, from: number, to: number): boolean {
  for (let at = from; at < to; at += 2) if (words[at] === low && words[at + 1] === high) return true;
  return false;
}
