/**
 * L1's shadow tables lead to its own frames, and the hardware walks them through L0's nested tables. What L1 stores to them is no matter of
 * L0's. Linux `arch/x86/kvm`, L1 with npt=0; Turtles, OSDI 2010, "shadow-on-EPT".
 */
import { INVALIDATIONS } from '../../mmu/invalidation.js';
import { WALK, type WalkStatus } from '../../mmu/walker.js';
import { Shadow } from '../shadow/shadow.js';
import type { Platform } from '../strategy.js';
import { levels, platformOfL1 } from './levels.js';
import { OuterTables } from './outer-tables.js';
import { Stacked, type StackOptions } from './stacked.js';

export function shadowOnNested(platform: Platform, { guest, l1, blocks }: StackOptions): Stacked {
  const { walker, tlb } = platform;
  const stack = levels(platform, guest, blocks);
  const outer = new OuterTables(stack.l0);
  const { memory } = stack;
  memory.stores = {
    entry: (frame, index, low, high) => {
      outer.touch(frame);
      memory.store(frame, index, low, high);
    },
    clear: (frame) => outer.touch(frame),
  };
  walker.host = outer.tables.dimension;
  const walk = (vpn: number, access: number): WalkStatus => {
    for (;;) {
      const status = walker.walk(vpn, access);
      if (status !== WALK.nestedFault) return status;
      outer.serve(walker.faultFrame);
      tlb.remove(INVALIDATIONS.nestedFault(tlb.context, vpn));
    }
  };
  const below = { walk, enter: () => undefined };
  return new Stacked(new Shadow(platformOfL1(stack, below), l1), stack, below, outer);
}
