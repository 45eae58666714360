/** What every strategy in the registry must do, whatever it is. Each law is tried on a guest whose tables are written by hand. */
import { describe, expect, test } from 'vitest';
import { STRATEGIES, STRATEGY_NAMES } from '../../src/paging/index.js';
import { ACCESS, OUTCOME, RIGHT, type StrategyDefinition } from '../../src/paging/strategy.js';
import { Cell } from '../../src/run/cell.js';
import { configOf } from '../support/machine.js';
import { FULL_SYSTEM, TraceBuilder } from '../support/trace-builder.js';

const [ROOT, LEVEL3, LEVEL2, LEVEL1] = [1, 2, 3, 4];
/** Present, writable, user, accessed, dirty; and without the right to write. */
const RW = 0x67;
const RO = 0x65;
const low = (frame: number, flags: number): number => (frame << 12) | flags;

/** Pages 5 (writable) and 6 (read-only) are mapped to frames 100 and 101. */
function guest(strategy: (typeof STRATEGY_NAMES)[number]): Cell {
  const cell = new Cell({ strategy, characteristics: FULL_SYSTEM, config: configOf() }, new TraceBuilder().pages);
  const { paging } = cell;
  paging.presetEntry(ROOT, 0, low(LEVEL3, RW), 0);
  paging.presetEntry(LEVEL3, 0, low(LEVEL2, RW), 0);
  paging.presetEntry(LEVEL2, 0, low(LEVEL1, RW), 0);
  paging.presetEntry(LEVEL1, 5, low(100, RW), 0);
  paging.presetEntry(LEVEL1, 6, low(101, RO), 0);
  paging.cr3Write(ROOT);
  return cell;
}

describe.each(STRATEGY_NAMES)('%s', (strategy) => {
  const { virtualized, deprivileged = false }: StrategyDefinition = STRATEGIES[strategy];

  test('translates to where the machine keeps the guest frame, with the rights that the tables give', () => {
    const { paging, platform } = guest(strategy);
    expect(paging.translate(5, ACCESS.user | ACCESS.write)).toBe(OUTCOME.translated);
    expect(paging.translation).toMatchObject({ frame: platform.host.frameOf(100), pageShift: 12 });
    expect(paging.translation.rights).toBe(RIGHT.read | RIGHT.write | RIGHT.fetch);
    expect(paging.translate(6, ACCESS.user)).toBe(OUTCOME.translated);
    expect(paging.translation.frame).toBe(platform.host.frameOf(101));
    expect(paging.translation.rights).toBe(RIGHT.read | RIGHT.fetch);
  });

  test("leaves faults of the guest's own tables to the guest", () => {
    const { paging } = guest(strategy);
    expect(paging.translate(7, ACCESS.user)).toBe(OUTCOME.guestFault);
    expect(paging.translate(6, ACCESS.user | ACCESS.write)).toBe(OUTCOME.guestFault);
  });

  test('follows a table write, once the page has been invalidated', () => {
    const { paging, platform } = guest(strategy);
    expect(paging.translate(5, ACCESS.user)).toBe(OUTCOME.translated);
    paging.writeEntry(LEVEL1, 5, low(102, RW), 0);
    paging.invlpg(5);
    expect(paging.translate(5, ACCESS.user)).toBe(OUTCOME.translated);
    expect(paging.translation.frame).toBe(platform.host.frameOf(102));
    paging.writeEntry(LEVEL2, 0, 0, 0);
    paging.invlpg(5);
    expect(paging.translate(5, ACCESS.user)).toBe(OUTCOME.guestFault);
  });

  test('shows the guest its tables as it wrote them, and its root', () => {
    const { paging } = guest(strategy);
    paging.writeEntry(LEVEL1, 9, low(103, RW), 0x7);
    expect([paging.readWord(LEVEL1, 18), paging.readWord(LEVEL1, 19)]).toEqual([low(103, RW), 0x7]);
    expect(paging.guestRoot).toBe(ROOT);
  });

  test('sets accessed and dirty bits where the guest sees them', () => {
    const { paging } = guest(strategy);
    paging.writeEntry(LEVEL1, 9, low(103, 7), 0);
    paging.translate(9, ACCESS.user);
    expect(paging.readWord(LEVEL1, 18)).toBe(low(103, 7 | 0x20));
    paging.translate(9, ACCESS.user | ACCESS.write);
    expect(paging.readWord(LEVEL1, 18)).toBe(low(103, 7 | 0x60));
  });

  test.each(['cpuid', 'io', 'hlt', 'rdmsr', 'wrmsr', 'interrupt', 'vmcall'] as const)(
    'invokes the VMM once for %s if there is one; by an exit unless the guest is deprivileged',
    (name) => {
      const cell = guest(strategy);
      const before = cell.result().counters;
      cell.paging.execute({ name, operand: null });
      const after = cell.result().counters;
      expect(cell.platform.exits[name]).toBe(virtualized && !deprivileged ? 1 : 0);
      expect(after.vmExits - before.vmExits).toBe(virtualized && !deprivileged ? 1 : 0);
      const returns = name === 'interrupt' ? 2 : 1; // an interrupt's return is a hypercall
      expect(after.vmmEntries - before.vmmEntries).toBe(deprivileged ? returns : 0);
    },
  );

  test('has exits only if there is a VMM, and other entries only if the guest is deprivileged', () => {
    const cell = guest(strategy);
    for (const page of [5, 6, 7]) cell.paging.translate(page, ACCESS.user);
    const { vmExits, vmmEntries } = cell.result().counters;
    expect([vmExits > 0, vmmEntries > 0]).toEqual([virtualized && !deprivileged, deprivileged]);
  });
});
