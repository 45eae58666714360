/**
 * PAE: 32-bit virtual addresses, 8-byte entries, a root of four page-directory-pointer entries. Intel SDM vol. 3A, 4.4.
 * Processors hold the four entries in registers, loaded with CR3; under AMD nested paging they are read in each walk.
 */
import { NO_EXECUTE, PTE, reservedAddressBits, type FormatControls, type TableFormat } from './format.js';

/** Bits 1, 2 and 5..8 of a page-directory-pointer entry are reserved. */
const POINTER_RESERVED = 0x1e6;
/** Bits 52..62 of entries. */
const ABOVE_ADDRESS = 0x7ff0_0000;

const high = (controls: FormatControls) =>
  reservedAddressBits(controls) | ABOVE_ADDRESS | (controls.nxe ? 0 : NO_EXECUTE);

export const pae: TableFormat = {
  name: 'pae',
  levels: 3,
  entryBytes: 8,
  linearBits: 32,
  rootBytes: 32,
  readWriteExecute: false,
  presentMask: PTE.present,
  accessed: PTE.accessed,
  dirty: PTE.dirty,
  indexBits: 9,
  bareLevel: 3,
  reservedTypes: 0,
  pageShift: (level) => 12 + 9 * (level - 1),
  leafBit: (level) => (level === 1 ? -1 : level === 2 ? PTE.large : 0),
  pointerReservedLow: (level) => (level === 3 ? POINTER_RESERVED : 0),
  pointerReservedHigh: (level, controls) => (level === 3 ? high(controls) | NO_EXECUTE : high(controls)),
  leafReservedLow: (level) => (level === 1 ? 0 : 2 ** 21 - 2 ** 13),
  leafReservedHigh: high,
};
