/** What 4-level and 5-level tables share. AMD64 APM vol. 2, 5.3 (long-mode page translation); Intel SDM vol. 3A, 4.5. */
import { NO_EXECUTE, PTE, reservedAddressBits, type FormatControls, type TableFormat } from './format.js';

export function longModeFormat(name: string, levels: 4 | 5): TableFormat {
  const pageShift = (level: number) => 12 + 9 * (level - 1);
  const high = (controls: FormatControls) => reservedAddressBits(controls) | (controls.nxe ? 0 : NO_EXECUTE);
  return {
    name,
    levels,
    entryBytes: 8,
    linearBits: levels === 4 ? 48 : 57,
    rootBytes: 4096,
    readWriteExecute: false,
    presentMask: PTE.present,
    accessed: PTE.accessed,
    dirty: PTE.dirty,
    indexBits: 9,
    bareLevel: 0,
    reservedTypes: 0,
    pageShift,
    leafBit: (level, controls) => {
      if (level === 1) return -1;
      return level === 2 || (level === 3 && controls.page1gb) ? PTE.large : 0;
    },
    // PS is reserved where there are no large pages.
    pointerReservedLow: (level, controls) =>
      (level >= 3 ? PTE.large : 0) | (level >= 4 && controls.bit8Reserved ? PTE.global : 0),
    // Address bits below a large page's size are reserved, except bit 12 (PAT).
    leafReservedLow: (level) => (level === 1 ? 0 : 2 ** pageShift(level) - 2 ** 13),
    pointerReservedHigh: (_level, controls) => high(controls),
    leafReservedHigh: high,
  };
}
