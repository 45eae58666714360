/** What VM entry refuses, and what exits and entries move. */
import { describe, expect, test } from 'vitest';
import { svmControls, svmViolations, type SvmControls } from '../../src/vmm/svm-controls.js';
import { fieldAccesses } from '../../src/vmm/vmm-accesses.js';
import { vmcsAccessExits, vmcsTraffic } from '../../src/vmm/vmcs.js';
import { PIN, PRIMARY, SECONDARY, vmxControls, vmxViolations, type VmxControls } from '../../src/vmm/vmx-controls.js';
import { setupOf, svm, vmx } from '../support/vcpu.js';

const shadow = (): VmxControls => vmxControls(setupOf('shadow'));
const with1 = (word: number, bit: number): number => (word | (1 << bit)) >>> 0;

describe('VM entry', () => {
  test.each(['shadow', 'nested'] as const)('accepts the controls for %s tables', (tables) => {
    expect(vmxViolations(vmxControls(setupOf(tables)))).toEqual([]);
    expect(svmViolations(svmControls(setupOf(tables)), true)).toEqual([]);
  });

  test.each([
    ['VPID 0', { vpid: 0 }, 'the VPID is 0'],
    ['five CR3 targets', { cr3Targets: [1, 2, 3, 4, 5] }, 'CR3-target count'],
    ['secondary controls that are not activated', { primary: 0 }, '"activate secondary controls" is 0'],
    ['virtual NMIs without NMI exiting', { pin: 1 << PIN.virtualNmis }, '"NMI exiting" is 0'],
    [
      'an NMI window without virtual NMIs',
      { primary: with1(shadow().primary, PRIMARY.nmiWindow) },
      '"virtual NMIs" is 0',
    ],
    ['a TPR threshold of 16', { tprThreshold: 16 }, 'TPR threshold'],
    ['EPT with 3 levels', { secondary: with1(shadow().secondary, SECONDARY.ept), eptp: 6 | (2 << 3) }, 'walk length'],
    [
      'an unrestricted guest without EPT',
      { secondary: with1(shadow().secondary, SECONDARY.unrestrictedGuest) },
      '"enable EPT" is 0',
    ],
    ['PML without EPT', { secondary: with1(shadow().secondary, SECONDARY.pageModificationLog) }, '"enable EPT" is 0'],
    [
      'posted interrupts without delivery',
      { pin: with1(shadow().pin, PIN.postedInterrupts) },
      '"virtual-interrupt delivery" is 0',
    ],
  ] as const)('refuses %s, and says by which rule', (_, change, rule) => {
    const broken = vmxViolations({ ...shadow(), ...change });
    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain(rule);
  });

  test.each([
    ['ASID 0', { asid: 0 }, true, 'ASID is 0'],
    ['a VMRUN that is not intercepted', { general2: 0 }, true, 'VMRUN'],
    ['nested paging that the processor has not', {}, false, 'NP_ENABLE'],
  ] as const)('VMRUN refuses %s', (_, change, hasNested, rule) => {
    const controls: SvmControls = { ...svmControls(setupOf('nested')), ...change };
    expect(svmViolations(controls, hasNested)).toEqual([expect.stringContaining(rule)]);
  });
});

describe('a VM exit and the entry after it', () => {
  const fault = { linear: 0x7000, errorCode: 6 };

  test('store the guest, load the host, and give the guest back as it was, but for the real CR3', () => {
    const vcpu = vmx('shadow');
    vcpu.execute({ name: 'cr8Write', operand: 5 });
    const before = vcpu.registers;
    vcpu.roundTrip('hiddenFault', fault, 0x9000);
    expect(vcpu.registers).toEqual({ ...before, cr3: 0x9000, cr8: 5 });
    expect(vcpu.vmcs.guest).toEqual(vcpu.registers);
  });

  test('VT-x: a page fault is reason 0, its address the qualification, vector 14 with an error code', () => {
    const vcpu = vmx('shadow');
    vcpu.roundTrip('hiddenFault', fault, 0);
    expect(vcpu.exit).toMatchObject({ reason: 0, qualification: 0x7000, errorCode: 6 });
    expect(vcpu.exit!.interruptionInformation).toBe(0x8000_0b0e); // valid, error code, hardware exception, vector 14
  });

  test.each([
    ['cr3Write', { operand: 0x5000 }, { reason: 28, qualification: 3 }],
    ['cr8Read', {}, { reason: 28, qualification: 0x18 }], // register 8, MOV from
    ['invlpg', { linear: 0x7000 }, { reason: 14, qualification: 0x7000 }],
    ['io', { operand: 0x3f8, write: true }, { reason: 30, qualification: 0x3f8_0000 }],
    ['apicAccess', { operand: 0xb0, write: true }, { reason: 44, qualification: 0x10b0 }],
    ['exception', { operand: 0 }, { reason: 0, interruptionInformation: 0x8000_0300 }],
    ['cpuid', {}, { reason: 10, qualification: 0 }],
    [
      'nestedFault',
      { linear: 0x7abc, physical: 0x4000, qualification: 0x182 },
      { reason: 48, qualification: 0x182, linearAddress: 0x7abc, physicalAddress: 0x4000 },
    ],
  ] as const)('VT-x: %s %o', (cause, detail, exit) => {
    const vcpu = vmx('shadow');
    vcpu.roundTrip(cause, detail, 0);
    expect(vcpu.exit).toMatchObject(exit);
  });

  test.each([
    ['hiddenFault', fault, { code: 0x4e, info1: 6, info2: 0x7000 }],
    [
      'nestedFault',
      { exitInfo1: 0x1_0000_0004, physical: 0x4000 },
      { code: 0x400, info1: 0x1_0000_0004, info2: 0x4000 },
    ],
    ['wrmsr', { operand: 0x10 }, { code: 0x7c, info1: 1, info2: 0 }],
    ['rdmsr', { operand: 0x10 }, { code: 0x7c, info1: 0, info2: 0 }],
    ['exception', { operand: 13, errorCode: 0 }, { code: 0x4d }],
    ['invlpg', { linear: 0x7000 }, { code: 0x79, info1: 0x7000 }],
  ] as const)('AMD-V: %s %o', (cause, detail, exit) => {
    const vcpu = svm('shadow');
    vcpu.roundTrip(cause, detail, 0);
    expect(vcpu.exit).toMatchObject(exit);
  });

  test('VT-x: 53 fields of the guest and 22 of the host, 4 more of the guest under EPT, 10 of exit information', () => {
    // CR0 CR3 CR4 DR7 RSP RIP RFLAGS pending-debug; 8 segments of 4; 2 tables of 2; interruptibility, activity, SMBASE; 6 MSRs:
    // 8 + 32 + 4 + 3 + 6 = 53
    expect(vmcsTraffic(false)).toEqual({ entryLoads: 53, exitLoads: 22, exitStores: 53 + 10 });
    expect(vmcsTraffic(true).entryLoads).toBe(53 + 4);
  });

  test('VT-x: traffic is a sum over exits, VMREADs and VMWRITEs by what the VMM needs for the cause', () => {
    const vcpu = vmx('shadow');
    vcpu.roundTrip('cpuid', {}, 0);
    vcpu.roundTrip('hiddenFault', fault, 0);
    const needed = [fieldAccesses('cpuid'), fieldAccesses('hiddenFault')];
    expect(vcpu.traffic).toEqual({
      stateLoads: 2 * (53 + 22),
      stateStores: 2 * (53 + 10),
      vmreads: needed.reduce((sum, { reads }) => sum + reads.length, 0),
      vmwrites: needed.reduce((sum, { writes }) => sum + writes.length, 0),
      cleanSkips: 0,
    });
    // Reason, IDT vectoring and RIP for each; length and interruptibility to skip; qualification, information and error code of a fault.
    expect(needed.map(({ reads }) => reads.length)).toEqual([5, 6]);
  });

  test('AMD-V: clean state is not loaded; loaded and skipped are all there is', () => {
    const [clean, none] = [svm('shadow'), svm('shadow', {}, { vmcbClean: false })];
    for (const vcpu of [clean, none]) vcpu.roundTrip('cpuid', {}, 0);
    expect(none.traffic.cleanSkips).toBe(0);
    expect(clean.traffic.stateLoads + clean.traffic.cleanSkips).toBe(none.traffic.stateLoads);
    expect(clean.traffic.vmreads).toBe(0);
  });

  test('AMD-V: a change of CR3 makes the control registers dirty, 4 fields more', () => {
    const loads = (cause: 'cpuid' | 'cr3Write'): number => {
      const vcpu = svm('shadow');
      vcpu.roundTrip(cause, {}, 0);
      return vcpu.traffic.stateLoads;
    };
    expect(loads('cr3Write') - loads('cpuid')).toBe(4);
  });
});

test('VMREAD and VMWRITE exit unless VMCS shadowing is on and the bit of the field is clear', () => {
  const bitmap = new Uint8Array(4096);
  bitmap[0x681e >> 3] = 1 << (0x681e & 7);
  expect(vmcsAccessExits(false, bitmap, 0x4402)).toBe(true);
  expect(vmcsAccessExits(true, bitmap, 0x4402)).toBe(false);
  expect(vmcsAccessExits(true, bitmap, 0x681e)).toBe(true);
  expect(vmcsAccessExits(true, bitmap, 0x1_4402)).toBe(true); // bits 31:15 of the encoding are not 0
});
