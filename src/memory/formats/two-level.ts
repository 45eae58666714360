/**
 * 32-bit tables: 4-byte entries, pages of 4 KiB and (CR4.PSE) 4 MiB. Intel SDM vol. 3A, 4.3.
 * PSE-36 keeps bits 32..39 of a 4-MiB page's address in bits 13..20: see wideHigh and wideLow.
 */
import { PTE, reservedAddressBits, type TableFormat } from './format.js';

export const twoLevel: TableFormat = {
  name: '32bit',
  levels: 2,
  entryBytes: 4,
  linearBits: 32,
  rootBytes: 4096,
  readWriteExecute: false,
  presentMask: PTE.present,
  accessed: PTE.accessed,
  dirty: PTE.dirty,
  indexBits: 10,
  bareLevel: 0,
  reservedTypes: 0,
  pageShift: (level) => 12 + 10 * (level - 1),
  leafBit: (level, controls) => (level === 1 ? -1 : controls.pse ? PTE.large : 0),
  pointerReservedLow: () => 0,
  pointerReservedHigh: () => 0,
  leafReservedLow: (level) => (level === 1 ? 0 : 1 << 21),
  leafReservedHigh: reservedAddressBits,
};
