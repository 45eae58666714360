/**
 * The hardware walks L2's tables through tables of L0 that lead from L2's frames to the machine's: the shadow of L1's nested tables. Those lie
 * in L1's memory, where L0's nested tables let L0 see what is stored to them. Turtles, OSDI 2010, "multi-dimensional paging"; Linux
 * `arch/x86/kvm/svm/nested.c`: nested_svm_init_mmu_context.
 */
import { Dimension } from '../../mmu/dimension.js';
import { INVALIDATIONS } from '../../mmu/invalidation.js';
import { WALK, Walker, type WalkStatus } from '../../mmu/walker.js';
import { noExits } from '../../vmm/exits.js';
import { Nested } from '../nested.js';
import { Shadow } from '../shadow/shadow.js';
import { ACCESS, OUTCOME, type Platform } from '../strategy.js';
import { levels, LowestVcpu, platformOfL1, type Levels } from './levels.js';
import { OuterTables } from './outer-tables.js';
import { Stacked, type StackOptions } from './stacked.js';
import { tableStores } from './table-stores.js';

const ANY_ACCESS = ACCESS.user | ACCESS.write | ACCESS.fetch;

export function nestedOnNested(platform: Platform, { guest, l0, blocks, tables }: StackOptions): Stacked {
  const { walker, tlb } = platform;
  const stack = levels(platform, guest, blocks);
  const outer = new OuterTables(stack.l0);
  const merging = mergingPlatform(platform, stack);
  const merged = new Shadow(merging, l0, outer.tables);
  stack.memory.stores = tableStores(merged, outer);
  const walk = (vpn: number, access: number): WalkStatus => {
    for (;;) {
      const status = walker.walk(vpn, access);
      if (status !== WALK.nestedFault) return status;
      const refused = merged.translate(walker.faultFrame, ACCESS.user | (walker.nestedError & ANY_ACCESS));
      if (refused !== OUTCOME.translated) return status;
      tlb.remove(INVALIDATIONS.nestedFault(tlb.context, vpn));
    }
  };
  const below = { walk, enter: () => merged.enterNested(nestedRoot) };
  const l1 = platformOfL1(stack, below);
  const upper = new Nested(l1, tables?.(l1));
  const nestedRoot = walker.host!.root;
  walker.host = merging.walker.guest;
  return new Stacked(upper, stack, below, outer);
}

/** L0 shadows L1's nested tables as if they were tables of a guest; what faults on their shadow is a nested page fault of the machine. */
function mergingPlatform({ memory, nestedFormat, controls, tlb, exits, machine }: Platform, { l0 }: Levels): Platform {
  return {
    ...l0,
    walker: new Walker(memory, new Dimension(nestedFormat, 0, controls)),
    vcpu: new LowestVcpu(() => exits.nestedFault++),
    exits: noExits(),
    machine: { ...machine, taggedTlb: true, flushByAsid: true },
    tlb: {
      context: tlb.context,
      enter: () => undefined,
      // What L0 takes out of the merged tables may be in the nested TLB and in walk caches.
      remove: ({ flush }) => {
        if (flush) tlb.remove(INVALIDATIONS.tlbControlAll());
      },
    },
  };
}
