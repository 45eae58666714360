/**
 * Intel's extended page tables: 4 levels over guest-physical addresses. Bits 0, 1 and 2 allow reading, writing and fetching, and an
 * entry with none of them is not present. Intel SDM vol. 3C, 29.3.2 (tables 29-1 to 29-7). Memory types 2, 3 and 7 of a leaf are reserved.
 */
import { EPT, PTE, reservedAddressBits, type TableFormat } from './format.js';

const pageShift = (level: number): number => 12 + 9 * (level - 1);
/** Bits 3..6 of a pointer to a table; of a leaf they are the memory type. */
const POINTER_RESERVED = 0x78;

export const ept: TableFormat = {
  name: 'ept',
  levels: 4,
  entryBytes: 8,
  linearBits: 48,
  rootBytes: 4096,
  readWriteExecute: true,
  presentMask: EPT.read | EPT.write | EPT.execute,
  accessed: EPT.accessed,
  dirty: EPT.dirty,
  indexBits: 9,
  bareLevel: 0,
  reservedTypes: (1 << 2) | (1 << 3) | (1 << 7),
  pageShift,
  leafBit: (level, controls) => {
    if (level === 1) return -1;
    return level === 2 || (level === 3 && controls.page1gb) ? PTE.large : 0;
  },
  pointerReservedLow: (level, controls) => {
    const large = level === 4 || (level === 3 && !controls.page1gb) ? PTE.large : 0;
    return level === 1 ? 0 : POINTER_RESERVED | large;
  },
  pointerReservedHigh: (_level, controls) => reservedAddressBits(controls),
  leafReservedLow: (level) => (level === 1 ? 0 : 2 ** pageShift(level) - 2 ** 12),
  leafReservedHigh: reservedAddressBits,
};
