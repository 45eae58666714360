/**
 * The hardware walks one table, from L2's addresses to the machine's frames: L0's shadow of L1's shadow of L2's tables. L0 shadows L1's tables
 * as those of any guest. Linux `arch/x86/kvm`, both levels with npt=0; Turtles, OSDI 2010, "shadow-on-shadow".
 */
import { Dimension } from '../../mmu/dimension.js';
import { Walker, type WalkStatus } from '../../mmu/walker.js';
import { Shadow } from '../shadow/shadow.js';
import type { Platform, Translation } from '../strategy.js';
import { levels, platformOfL1 } from './levels.js';
import { OuterTables } from './outer-tables.js';
import { Stacked, type StackOptions } from './stacked.js';
import { tableStores } from './table-stores.js';

export function shadowOnShadow(platform: Platform, { guest, l0, l1, blocks }: StackOptions): Stacked {
  const stack = levels(platform, guest, blocks);
  const { memory } = stack;
  const outer = new OuterTables(stack.l0, 'hiddenFault', l0.prefetch);
  const lower = new Shadow(stack.l0, l0, outer.tables);
  memory.stores = tableStores(lower, outer);
  const { format, controls } = platform.walker.guest;
  // L1 is told what its own tables say: the walk that L0 makes of them in software.
  const walker = new Walker(memory, new Dimension(format, 0, controls));
  walker.marks = false;
  const walk = (vpn: number, access: number): WalkStatus => {
    lower.translate(vpn, access);
    return walker.walk(vpn, access);
  };
  const below = { walk, enter: () => lower.enterNested(walker.guest.root) };
  const upper = new Shadow({ ...platformOfL1(stack, below), walker }, l1);
  const toSystem = (translation: Translation): Translation => ({
    ...translation,
    frame: lower.translation.frame,
    pageShift: Math.min(translation.pageShift, lower.translation.pageShift),
    rights: translation.rights & lower.translation.rights,
  });
  return new Stacked(upper, stack, below, outer, toSystem);
}
