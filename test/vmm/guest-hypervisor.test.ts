/** Which instructions of a hypervisor in a virtual machine exit: asked of the controls of the level below. */
import { describe, expect, test } from 'vitest';
import type { ExitCause } from '../../src/vmm/exits.js';
import { exitsBelow, stepsOf, type Way } from '../../src/vmm/hypervisors/hypervisor.js';
import { firstKvmVmx } from '../../src/vmm/hypervisors/first-kvm-vmx.js';
import { belowVmx, kvmVmx, type VmxFeatures } from '../../src/vmm/hypervisors/kvm-vmx.js';
import { belowSvm, kvmSvm, kvmSvmControls, type SvmFeatures } from '../../src/vmm/hypervisors/kvm-svm.js';

const BARE: SvmFeatures = { npt: true, vgif: false, vls: false };
const exits = (features: Partial<SvmFeatures>, cause: ExitCause = 'cpuid', way: Way = 'kernel') =>
  exitsBelow(stepsOf(kvmSvm, cause, way), belowSvm(kvmSvmControls({ ...BARE, ...features })));

describe('KVM on AMD-V in a virtual machine', () => {
  test('executes 7 instructions for an exit of its guest that all exit where nothing is virtualized', () => {
    expect(exits({}).sort()).toEqual(['clgi', 'rdmsr', 'stgi', 'vmload', 'vmload', 'vmrun', 'vmsave']);
  });

  test('executes the same instructions whatever the level below virtualizes: only what exits differs', () => {
    expect(exits({ vgif: true }).sort()).toEqual(['rdmsr', 'vmload', 'vmload', 'vmrun', 'vmsave']);
    expect(exits({ vls: true }).sort()).toEqual(['clgi', 'rdmsr', 'stgi', 'vmrun']);
    expect(exits({ vgif: true, vls: true }).sort()).toEqual(['rdmsr', 'vmrun']);
  });

  test('has VMLOAD and VMSAVE virtualized only where the level below has nested paging', () => {
    expect(exits({ vls: true, npt: false })).toEqual(exits({ npt: false }));
  });

  test('flushes one page with INVLPGA, and saves its own state again after its user process has run', () => {
    expect(exits({}, 'invlpg')).toContain('invlpga');
    expect(exits({}, 'io', 'userSpace').filter((cause) => cause === 'vmsave')).toHaveLength(2);
  });

  test('refuses no entry: VMRUN is intercepted under every set of features', () => {
    for (const npt of [true, false])
      for (const vgif of [true, false])
        for (const vls of [true, false]) expect(exits({ npt, vgif, vls })).toContain('vmrun');
  });
});

describe('KVM on VT-x in a virtual machine', () => {
  const NOTHING: VmxFeatures = { shadowing: false, enlightened: false };
  /** L2's own exit among them. */
  const exitsOf = (cause: ExitCause, features: VmxFeatures): number =>
    1 + exitsBelow(stepsOf(kvmVmx, cause), belowVmx(features)).length;
  const FAULTS = [
    'cpuid',
    'rdmsr',
    'nestedFault',
    'hiddenFault',
    'guestFault',
    'tableWrite',
    'io',
    'cr4Write',
  ] as const;

  test('each access to a field exits, and VMRESUME', () => {
    // reason, vectoring, RIP, length, interruptibility, flags; RIP and the timer written; VMRESUME; and CPUID itself
    expect(exitsOf('cpuid', NOTHING)).toBe(6 + 2 + 1 + 1);
  });

  test.each(FAULTS)('%s: VMCS shadowing, or an enlightened VMCS, leaves the exit and VMRESUME', (cause) => {
    expect(exitsOf(cause, { shadowing: true, enlightened: false })).toBe(2);
    expect(exitsOf(cause, { shadowing: false, enlightened: true })).toBe(2);
  });

  test('INVVPID exits whatever is shadowed', () => {
    expect(exitsOf('invlpg', { shadowing: true, enlightened: false })).toBe(3);
  });

  // PVM, SOSP 2023, section 2, states 40 to 50.
  test.fails.each(FAULTS)('%s: 40 to 50 exits without VMCS shadowing', (cause) => {
    const exits = exitsOf(cause, NOTHING);
    expect(exits).toBeGreaterThanOrEqual(40);
    expect(exits).toBeLessThanOrEqual(50);
  });
});

describe('the first KVM on VT-x in a virtual machine', () => {
  const exitsOf = (cause: ExitCause, features: VmxFeatures): number =>
    1 + exitsBelow(stepsOf(firstKvmVmx, cause), belowVmx(features)).length;
  const NOTHING: VmxFeatures = { shadowing: false, enlightened: false };
  /** L2's exit; 2 MSRs saved and 2 loaded, 4 fields; 4 + 4 + 1 fields, 5 MSRs saved and 2 loaded, VMRESUME. */
  const EACH = 1 + (4 + 4) + (9 + 7 + 1);

  // PVM, SOSP 2023, section 2: 40 to 50. Reading it as an exit whose instruction is emulated is ours.
  test('carries out a store to a page table with 40 exits to the level below', () => {
    const decodesAndWrites = 9;
    const readsTheFault = 5;
    expect(exitsOf('tableWrite', NOTHING)).toBe(EACH + readsTheFault + decodesAndWrites);
    expect(exitsOf('tableWrite', NOTHING)).toBe(40);
  });

  test('does other exits with fewer', () => {
    expect(exitsOf('hiddenFault', NOTHING)).toBe(EACH + 5);
    expect(exitsOf('guestFault', NOTHING)).toBe(EACH + 5 + 3);
    expect(exitsOf('cr3Write', NOTHING)).toBe(EACH + 10);
    expect(exitsOf('rdmsr', NOTHING)).toBe(EACH + 4);
  });

  test('pays for its MSRs whatever is shadowed: 11 exits, VMRESUME, the stack pointer and the exit itself', () => {
    const MSRS = 2 + 2 + 5 + 2;
    expect(exitsOf('hiddenFault', { shadowing: true, enlightened: false })).toBe(1 + MSRS + 1 + 1);
    expect(exitsOf('hiddenFault', { shadowing: false, enlightened: true })).toBe(1 + MSRS + 1);
  });
});
