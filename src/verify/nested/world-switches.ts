/**
 * A page fault in L2 that touches an n-level table, counted as the PVM paper counts it (SOSP 2023). The paper's L1 has its VMCS shadowed: of what KVM executes for these exits
 * VMRESUME alone leaves it. Each exit of L0, and each exit of L2 that L0 does not see, is two world switches. Here the n entries on the way to a page are cleared and set again:
 * their tables are known.
 */
import { resolveConfig } from '../../config/resolve.js';
import type { ShadowPolicy } from '../../config/schema.js';
import { newCounters } from '../../counters/counters.js';
import { ModelError } from '../../errors.js';
import { fourLevel } from '../../memory/formats/four-level.js';
import { PTE } from '../../memory/formats/index.js';
import { entryIndex, makeHigh, makeLow } from '../../memory/page-table.js';
import { NestedTables } from '../../paging/nested-tables.js';
import { nested } from '../../paging/nested.js';
import { shadow } from '../../paging/shadow/shadow.js';
import { nestedOnNested } from '../../paging/stacked/nested-on-nested.js';
import { shadowOnNested } from '../../paging/stacked/shadow-on-nested.js';
import type { Stacked } from '../../paging/stacked/stacked.js';
import { ACCESS, OUTCOME, type Platform } from '../../paging/strategy.js';
import { hardware } from '../../run/hardware.js';
import { NO_PAGES, processor } from '../../run/processor.js';
import { EXIT_CAUSES, isVmExit } from '../../vmm/exits.js';
import { belowVmx, kvmVmx } from '../../vmm/hypervisors/kvm-vmx.js';

/** L1's tables: shadow ones, nested ones, or shadow ones of an L1 that enters L2 without the hardware's help. */
export type FaultMode = 'shadow' | 'nested' | 'pvm';

/** KVM with a shadowed VMCS. */
const GUEST = { hypervisor: kvmVmx, below: belowVmx({ shadowing: true, enlightened: false }) };
const RW = PTE.present | PTE.writable | PTE.user | PTE.accessed | PTE.dirty;
const [ROOT, LEVEL3, LEVEL2, LEVEL1] = [1, 2, 3, 4];
const TABLES = [0, LEVEL1, LEVEL2, LEVEL3, ROOT];
const PAGE = 5;
/** Far from L2's tables, so that no entry on the way to it is on theirs. */
const DATA = 2 ** 27;

/** L1 takes pages back entry by entry, keeps the tables, and links them again. */
class RelinkingTables extends NestedTables {
  private unlinked: { table: number; index: number; low: number; high: number }[] = [];

  unlink(guestFrame: number, levels: number): void {
    for (let level = 1; level <= levels; level++) {
      const table = this.tables.find(guestFrame, level);
      const index = entryIndex(fourLevel, guestFrame, level);
      this.unlinked.push({ table, index, low: this.tables.low(table, index), high: this.tables.high(table, index) });
    }
    for (const { table, index } of this.unlinked) this.tables.write(table, index, 0, 0);
  }

  override map(guestFrame: number, writable = true): void {
    for (const { table, index, low, high } of this.unlinked.reverse()) this.tables.write(table, index, low, high);
    if (this.unlinked.length === 0) super.map(guestFrame, writable);
    this.unlinked = [];
  }
}

interface Built {
  readonly platform: Platform;
  readonly paging: Stacked;
  readonly tables: RelinkingTables | null;
}

function build(mode: FaultMode, policy: Partial<ShadowPolicy>): Built {
  const config = resolveConfig({ machine: 'amd-zen4', set: ['guest.memoryMib=1048576'] });
  const definition = mode === 'nested' ? nested : shadow;
  const { platform } = hardware(config, definition, processor(config, true, false, NO_PAGES), newCounters());
  const all = { ...platform.policy, ...policy };
  let made: RelinkingTables | null = null;
  const tables = (l1: Platform): NestedTables => (made = new RelinkingTables(l1));
  const options = { guest: mode === 'pvm' ? null : GUEST, l0: all, l1: all, blocks: { l0: 512, l1: 1 }, tables };
  const paging = mode === 'nested' ? nestedOnNested(platform, options) : shadowOnNested(platform, options);
  paging.outer.back(0, 2 ** 12);
  for (const frame of [...TABLES, DATA]) paging.outer.map(2 ** 18 + frame);
  for (const level of [4, 3, 2, 1]) set(paging, level);
  paging.cr3Write(ROOT);
  must(paging.translate(PAGE, ACCESS.write) === OUTCOME.translated);
  return { platform, paging, tables: made };
}

/** The entry of a level on the way to the page. */
function set(paging: Stacked, level: number): void {
  const target = level === 1 ? DATA : TABLES[level - 1]!;
  paging.writeEntry(TABLES[level]!, level === 1 ? PAGE : 0, makeLow(target, RW), makeHigh(target));
}

const sum = ({ exits }: Platform): number => EXIT_CAUSES.filter(isVmExit).reduce((all, cause) => all + exits[cause], 0);

export interface FaultInL2 {
  readonly l0: number;
  readonly switches: number;
  /** Exits of L2 that L1 handles. */
  readonly reflected: number;
}

/** Exits of L0 and world switches of one fault for which L1 or L2 writes `n` entries. */
export function faultInL2(mode: FaultMode, n: number, policy: Partial<ShadowPolicy>): FaultInL2 {
  const { platform, paging, tables } = build(mode, policy);
  if (tables !== null) tables.unlink(DATA, n);
  else for (let level = 1; level <= n; level++) paging.writeEntry(TABLES[level]!, level === 1 ? PAGE : 0, 0, 0);
  paging.invlpg(PAGE);
  paging.execute({ name: 'cpuid', operand: null }); // L1 enters L2 again: from here on L0 has followed
  const before = { l0: sum(platform), l1: paging.details['reflectedExits']! };
  if (tables === null) {
    must(paging.translate(PAGE, ACCESS.write) === OUTCOME.guestFault);
    paging.guestFault();
    for (let level = n; level >= 1; level--) set(paging, level);
  }
  must(paging.translate(PAGE, ACCESS.write) === OUTCOME.translated);
  must(paging.translation.frame === platform.host.frameOf(DATA));
  const l0 = sum(platform) - before.l0;
  const reflected = paging.details['reflectedExits']! - before.l1;
  return { l0, switches: 2 * (mode === 'pvm' ? reflected : l0), reflected };
}

/** Every store to a shadowed table exits. */
export const EVERY_STORE: Partial<ShadowPolicy> = { unsync: false, prefetch: 1, floodLimit: 0 };

function must(isSo: boolean): void {
  if (!isSo) throw new ModelError('the guest of the guest does not run as it should');
}
