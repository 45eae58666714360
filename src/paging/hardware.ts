/** What every strategy does with hardware: take over a walk's result, leave the guest. */
import type { Walker } from '../mmu/walker.js';
import { EXITS, type ExitCause } from '../vmm/exits.js';
import { ACCESS, RIGHT, type Platform, type Translation } from './strategy.js';

/**
 * What a TLB may keep of a walk that ended in a translation. The right to write includes set dirty bits, in the guest's and in
 * the nested leaf: a first write through a clean entry walks again to set them.
 */
export function takeResult(walker: Walker, access: number, into: Translation): void {
  const { frame, guestFrame, guestShift, hostShift } = walker;
  into.frame = frame;
  into.guestFrame = guestFrame;
  into.pageShift = Math.min(guestShift, hostShift);
  const mayWrite = walker.guestWritable || ((access & ACCESS.user) === 0 && !walker.guest.controls.wp);
  const write = mayWrite && walker.hostWritable && walker.leafDirty && walker.hostDirty;
  into.rights = RIGHT.read | (write ? RIGHT.write : 0) | (walker.noExecute ? 0 : RIGHT.fetch);
  into.global = walker.global;
}

/** A VM exit and the entry after it: without tags the TLB comes back empty. */
export function leaveGuest({ exits, tlb, taggedTlb }: Platform, cause: ExitCause): void {
  exits[cause]++;
  if (!taggedTlb) tlb.flush(false);
}

/** An exit that has nothing to do with memory: the same under every virtualized strategy. */
export function leaveForInstruction(platform: Platform, cause: ExitCause): void {
  if (!EXITS[cause].memory) leaveGuest(platform, cause);
}
