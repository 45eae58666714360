/**
 * World switches of a page fault in L2 that touches an n-level table, as the PVM paper counts them (SOSP 2023): 4n + 8 with L1's shadow tables,
 * 2n + 6 with its nested tables, 2n + 4 where L1 enters L2 without the hardware's help; exits of L0 2n + 4, n + 3 and 0.
 *
 * The paper's L1 has its VMCS shadowed: of what KVM executes for these exits VMRESUME alone leaves it. And every store to a shadowed table exits. Each exit of L0, and each
 * exit of L2 that L0 does not see, is two switches. Here the n entries on the way to a page are cleared and set again: their tables are known.
 */
import { EXIT_CAUSES, isVmExit } from '../../src/vmm/exits.js';
import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.js';
import type { ShadowPolicy } from '../../src/config/schema.js';
import { newCounters } from '../../src/counters/counters.js';
import { fourLevel } from '../../src/memory/formats/four-level.js';
import { PTE } from '../../src/memory/formats/index.js';
import { entryIndex, makeHigh, makeLow } from '../../src/memory/page-table.js';
import { nested } from '../../src/paging/nested.js';
import { NestedTables } from '../../src/paging/nested-tables.js';
import { shadow } from '../../src/paging/shadow/shadow.js';
import { nestedOnNested } from '../../src/paging/stacked/nested-on-nested.js';
import { shadowOnNested } from '../../src/paging/stacked/shadow-on-nested.js';
import type { Stacked } from '../../src/paging/stacked/stacked.js';
import { ACCESS, OUTCOME, type Platform } from '../../src/paging/strategy.js';
import type { NestedEventName } from '../../src/verify/nested/events.js';
import { parseFeatures } from '../../src/verify/nested/features.js';
import { replayEvent, stackOf } from '../../src/verify/nested/replay.js';
import { hardware } from '../../src/run/hardware.js';
import { NO_PAGES, processor } from '../../src/run/processor.js';
import { belowVmx, kvmVmx } from '../../src/vmm/hypervisors/kvm-vmx.js';

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

function build(mode: 'shadow' | 'nested' | 'pvm', policy: Partial<ShadowPolicy>): Built {
  const config = resolveConfig({ machine: 'amd-zen4', set: ['guest.memoryMib=1048576'] }, () => '');
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
  expect(paging.translate(PAGE, ACCESS.write)).toBe(OUTCOME.translated);
  return { platform, paging, tables: made };
}

/** The entry of a level on the way to the page. */
function set(paging: Stacked, level: number): void {
  const target = level === 1 ? DATA : TABLES[level - 1]!;
  paging.writeEntry(TABLES[level]!, level === 1 ? PAGE : 0, makeLow(target, RW), makeHigh(target));
}

const sum = ({ exits }: Platform): number => EXIT_CAUSES.filter(isVmExit).reduce((all, cause) => all + exits[cause], 0);

/** Exits of L0 and those of L2 to L1 for one fault. */
function fault(mode: 'shadow' | 'nested' | 'pvm', n: number, policy: Partial<ShadowPolicy>) {
  const { platform, paging, tables } = build(mode, policy);
  if (tables !== null) tables.unlink(DATA, n);
  else for (let level = 1; level <= n; level++) paging.writeEntry(TABLES[level]!, level === 1 ? PAGE : 0, 0, 0);
  paging.invlpg(PAGE);
  paging.execute({ name: 'cpuid', operand: null }); // L1 enters L2 again: from here on L0 has followed
  const before = { l0: sum(platform), l1: paging.details['reflectedExits']! };
  if (tables === null) {
    expect(paging.translate(PAGE, ACCESS.write)).toBe(OUTCOME.guestFault);
    paging.guestFault();
    for (let level = n; level >= 1; level--) set(paging, level);
  }
  expect(paging.translate(PAGE, ACCESS.write)).toBe(OUTCOME.translated);
  expect(paging.translation.frame).toBe(platform.host.frameOf(DATA));
  const l0 = sum(platform) - before.l0;
  return { l0, switches: 2 * (mode === 'pvm' ? paging.details['reflectedExits']! - before.l1 : l0) };
}

const EVERY_STORE: Partial<ShadowPolicy> = { unsync: false, prefetch: 1, floodLimit: 0 };

describe.each([1, 2, 3, 4])('a table of %i levels, every store to a shadowed table exits', (n) => {
  test('shadow on nested: 4n + 8 switches, 2n + 4 exits of L0', () => {
    expect(fault('shadow', n, EVERY_STORE)).toEqual({ switches: 4 * n + 8, l0: 2 * n + 4 });
  });

  test('nested on nested: 2n + 6 switches, n + 3 exits of L0', () => {
    expect(fault('nested', n, EVERY_STORE)).toEqual({ switches: 2 * n + 6, l0: n + 3 });
  });

  test('paravirtual on nested: 2n + 4 switches, no exit of L0', () => {
    expect(fault('pvm', n, EVERY_STORE)).toEqual({ switches: 2 * n + 4, l0: 0 });
  });
});

test('4 levels: 24, 14 and 12 switches', () => {
  const modes = ['shadow', 'nested', 'pvm'] as const;
  expect(modes.map((mode) => fault(mode, 4, EVERY_STORE).switches)).toEqual([24, 14, 12]);
});

describe("the same mechanism with KVM's policy", () => {
  const LEVELS = [1, 2, 3, 4];
  const exits = (mode: 'shadow' | 'nested') => LEVELS.map((n) => fault(mode, n, {}).l0);

  test('shadow on nested: the store to the leaf table, which is out of sync, is free', () => {
    expect(exits('shadow')).toEqual(LEVELS.map((n) => 2 * n + 2));
  });

  test('nested on nested: a leaf table that was taken out of the tree has stayed out of sync', () => {
    expect(exits('nested')).toEqual([4, 4, 5, 6]);
  });

  test('where the tables are new, the number of levels does not matter: they are built before they are linked', () => {
    const cost = (event: NestedEventName, l1: string) => replayEvent(kvm(l1), event).l0Exits;
    for (const event of ['own-fault-1', 'own-fault-2', 'own-fault-3'] as const) expect(cost(event, 'npt=0')).toBe(24);
    const [side, gib] = [cost('touch-4k', 'npt=1'), cost('touch-1g', 'npt=1')];
    expect(gib - side).toBe(3); // of which none is a store to a table: frames that L0 maps again
  });
});

const kvm = (l1: string) => stackOf(parseFeatures('npt=1', '--l0'), parseFeatures(l1, '--l1'));
