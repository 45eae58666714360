/** Which instructions of a hypervisor in a virtual machine exit: asked of the controls of the level below. */
import { describe, expect, test } from 'vitest';
import type { ExitCause } from '../../src/vmm/exits.js';
import { exitsBelow, stepsOf, type Way } from '../../src/vmm/hypervisors/hypervisor.js';
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
