/** Paging off (CR0.PG = 0): no tables, an address is its own translation. */
import type { TableFormat } from './format.js';

export const unpaged: TableFormat = {
  name: 'none',
  levels: 0,
  entryBytes: 8,
  linearBits: 32,
  rootBytes: 4096,
  readWriteExecute: false,
  presentMask: 0,
  accessed: 0,
  dirty: 0,
  indexBits: 9,
  bareLevel: 0,
  reservedTypes: 0,
  pageShift: () => 12,
  leafBit: () => 0,
  pointerReservedLow: () => 0,
  pointerReservedHigh: () => 0,
  leafReservedLow: () => 0,
  leafReservedHigh: () => 0,
};
