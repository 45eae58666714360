/**
 * Hardware that sets dirty bits for a VMM with shadow tables: at the first write through a clean entry it walks the guest's tables by nested
 * tables, which the VMM keeps for nothing else, and marks the guest's entry, too. Nobody has built it; proposed by Gandhi et al., ISCA 2016.
 */
import { ModelError } from '../../errors.js';
import { Dimension } from '../../mmu/dimension.js';
import { WALK, Walker } from '../../mmu/walker.js';
import { NestedTables } from '../nested-tables.js';
import type { Platform } from '../strategy.js';

export class DirtyHardware {
  private readonly nested: NestedTables;
  private readonly walker: Walker;

  constructor(private readonly platform: Platform) {
    const { memory, walker, controls } = platform;
    this.nested = new NestedTables(platform);
    this.walker = new Walker(memory, new Dimension(walker.guest.format, 0, controls), this.nested.dimension);
    this.walker.pteCache = walker.pteCache;
  }

  /** @param software the walk of the guest's tables that has translated the page: the VMM has mapped what it met when it filled the entry */
  set(software: Walker, vpn: number, access: number): void {
    const { walker, nested, platform } = this;
    for (let level = software.guest.levels; level >= software.lastLevel; level--)
      if (level !== software.guest.bareLevel) nested.map(software.pathFrame[level]!);
    nested.map(software.guestFrame);
    walker.guest.root = software.guest.root;
    walker.guest.pdptes = software.guest.pdptes;
    if (walker.walk(vpn, access) !== WALK.ok) throw new ModelError('the hardware cannot set a dirty bit');
    platform.walker.tally.takeOver(walker.tally);
  }
}
