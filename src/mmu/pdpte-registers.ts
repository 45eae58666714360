/** The four page-directory-pointer registers of PAE paging, loaded when CR3 is written. Intel SDM vol. 3A, 4.4.1. */
import { PTE } from '../memory/formats/index.js';
import type { Dimension } from './dimension.js';

export class PdpteRegisters {
  readonly low = new Int32Array(4);
  readonly high = new Int32Array(4);

  /** Sets a register to an entry; false if the entry is illegal, which makes the load of CR3 a #GP. */
  load(tables: Dimension, index: number, low: number, high: number): boolean {
    const level = tables.levels;
    const illegal = (low & tables.stopLow[level]!) | (high & tables.stopHigh[level]!);
    if ((low & PTE.present) !== 0 && illegal !== 0) return false;
    this.low[index] = low;
    this.high[index] = high;
    return true;
  }
}
