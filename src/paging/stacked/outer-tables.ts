/**
 * How L0 maps the memory of L1 for L1: by nested tables, or by the shadow of the map that L1's kernel has of all memory. Where a frame of a host
 * page becomes a table that L0 shadows, the whole host page is given up, and the frames in it are mapped again as L1 touches them.
 *
 * Linux 6.1 `arch/x86/kvm/mmu`: account_shadowed, kvm_mmu_hugepage_adjust; of nested tables tdp_mmu.c, which maps one frame at a fault; of
 * shadow tables direct_pte_prefetch, which maps a group. The shadow of the kernel's map has the format of nested tables here.
 */
import type { ExitCause } from '../../vmm/exits.js';
import { leaveGuest } from '../hardware.js';
import { NestedTables } from '../nested-tables.js';
import type { Platform } from '../strategy.js';
import { isOwn } from './levels.js';

export class OuterTables {
  readonly tables: NestedTables;

  /** @param group frames, aligned, that are mapped at one fault */
  constructor(
    private readonly l0: Platform,
    private readonly cause: ExitCause = 'nestedFault',
    private readonly group = 1,
  ) {
    this.tables = new NestedTables(l0, true);
  }

  /** L1 touches a frame; those that it has given to L2 are not its tables, and are touched by L2. */
  touch(frame: number): void {
    if (isOwn(frame) && !this.tables.maps(frame)) this.serve(frame);
  }

  /** The exit for a frame that is not mapped. */
  serve(frame: number): void {
    leaveGuest(this.l0, this.cause);
    const first = frame - (frame % this.group);
    for (let at = first; at < first + this.group; at++) this.map(at);
  }

  /** Maps a frame at no exit of its own. */
  map(frame: number): void {
    if (!this.tables.maps(frame)) this.tables.map(frame);
  }

  /** All of a range has been touched before. */
  back(from: number, frames: number): void {
    const { blockFrames } = this.l0.host;
    for (let frame = from; frame < from + frames; frame += blockFrames) this.tables.map(frame);
  }
}
