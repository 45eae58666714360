/** L0's nested tables for the memory of L1. */
import { leaveGuest } from '../hardware.js';
import { NestedTables } from '../nested-tables.js';
import type { Platform } from '../strategy.js';
import { isOwn } from './levels.js';

export class OuterTables {
  readonly tables: NestedTables;

  constructor(private readonly l0: Platform) {
    this.tables = new NestedTables(l0, true);
  }

  /** L1 touches a frame; those that it has given to L2 are not its tables, and are touched by L2. */
  touch(frame: number): void {
    if (isOwn(frame) && !this.tables.maps(frame)) this.serve(frame);
  }

  /** The exit for a frame that is not mapped. */
  serve(frame: number): void {
    leaveGuest(this.l0, 'nestedFault');
    this.tables.map(frame);
  }

  /** Maps a frame that L0 touches itself. */
  map(frame: number): void {
    if (!this.tables.maps(frame)) this.tables.map(frame);
  }

  /** All of a range has been touched before. */
  back(from: number, frames: number): void {
    const { blockFrames } = this.l0.host;
    for (let frame = from; frame < from + frames; frame += blockFrames) this.tables.map(frame);
  }
}
