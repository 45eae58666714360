/** What every way of stacking must do, whatever it is: the guest of a guest is a guest. */
import { describe, expect, test } from 'vitest';
import type { StackedName } from '../../src/paging/names.js';
import { STACKED } from '../../src/paging/stacked/index.js';
import { ACCESS, OUTCOME, RIGHT } from '../../src/paging/strategy.js';
import { Cell } from '../../src/run/cell.js';
import { configOf, TINY } from '../support/machine.js';
import { EXIT_CAUSES, isVmExit } from '../../src/vmm/exits.js';
import { FULL_SYSTEM, TraceBuilder } from '../support/trace-builder.js';

const [ROOT, LEVEL3, LEVEL2, LEVEL1] = [1, 2, 3, 4];
const RW = 0x67;
const RO = 0x65;
const low = (frame: number, flags: number): number => (frame << 12) | flags;

function guest(strategy: StackedName, has = true): Cell {
  const machine = { ...TINY, virtualization: { virtualGif: has, virtualVmload: has } };
  const spec = { strategy, characteristics: FULL_SYSTEM, config: configOf({ machine }) };
  const cell = new Cell(spec, new TraceBuilder().pages);
  const { paging } = cell;
  paging.presetEntry(ROOT, 0, low(LEVEL3, RW), 0);
  paging.presetEntry(LEVEL3, 0, low(LEVEL2, RW), 0);
  paging.presetEntry(LEVEL2, 0, low(LEVEL1, RW), 0);
  paging.presetEntry(LEVEL1, 5, low(100, RW), 0);
  paging.presetEntry(LEVEL1, 6, low(101, RO), 0);
  paging.cr3Write(ROOT);
  return cell;
}

describe.each(Object.keys(STACKED) as StackedName[])('%s', (name) => {
  test('translates through both levels, with the rights that the tables of L2 give', () => {
    const { paging, platform } = guest(name);
    expect(paging.translate(5, ACCESS.user | ACCESS.write)).toBe(OUTCOME.translated);
    expect(paging.translation).toMatchObject({ frame: platform.host.frameOf(100), pageShift: 12 });
    expect(paging.translation.rights).toBe(RIGHT.read | RIGHT.write | RIGHT.fetch);
    expect(paging.translate(6, ACCESS.user)).toBe(OUTCOME.translated);
    expect(paging.translation.rights).toBe(RIGHT.read | RIGHT.fetch);
  });

  test('leaves faults of L2 to L2, and follows what it writes once the page has been invalidated', () => {
    const { paging, platform } = guest(name);
    expect(paging.translate(7, ACCESS.user)).toBe(OUTCOME.guestFault);
    expect(paging.translate(5, ACCESS.user)).toBe(OUTCOME.translated);
    paging.writeEntry(LEVEL1, 5, low(102, RW), 0);
    paging.invlpg(5);
    expect(paging.translate(5, ACCESS.user)).toBe(OUTCOME.translated);
    expect(paging.translation.frame).toBe(platform.host.frameOf(102));
    expect([paging.readWord(LEVEL1, 10), paging.guestRoot]).toEqual([low(102, RW), ROOT]);
  });

  // Virtual GIF takes STGI and CLGI away, virtual VMLOAD and VMSAVE three more, but needs nested paging in L0.
  const few = name === 'shadow-on-shadow' ? 6 : 3;
  test.each([
    [false, 8],
    [true, few],
  ])(
    'CPUID is one exit of L2 to L1; with what virtualizes its instructions %s, KVM on AMD-V makes %d of L0',
    (has, exits) => {
      const { paging, platform } = guest(name, has);
      const sum = (): number => EXIT_CAUSES.filter(isVmExit).reduce((all, cause) => all + platform.exits[cause], 0);
      const [before, reflected] = [sum(), paging.details!['reflectedExits']!];
      paging.execute({ name: 'cpuid', operand: null });
      expect(paging.details!['reflectedExits']! - reflected).toBe(1);
      expect(sum() - before).toBe(name === 'pvm-on-nested' ? 0 : exits); // which enters its guest by itself
    },
  );
});
