/** Which instructions and events leave a virtual processor, under the controls that each kind of paging needs. */
import { describe, expect, test } from 'vitest';
import type { ExitCause } from '../../src/vmm/exits.js';
import type { InstructionName } from '../../src/vmm/instructions.js';
import { fateOf, SENSITIVE_NAMES } from '../../src/vmm/sensitive-instructions.js';
import type { Vcpu } from '../../src/vmm/vcpu.js';
import { svm, vmx } from '../support/vcpu.js';

const ask = (vcpu: Vcpu, name: InstructionName, operand: number | null = null, value: number | null = null) =>
  vcpu.execute({ name, operand, value });

const VENDORS = [
  ['VT-x', vmx],
  ['AMD-V', svm],
] as const;

describe.each(VENDORS)('%s', (_, make) => {
  test.each(['cr3Write', 'invlpg', 'hiddenFault', 'guestFault'] as const)(
    '%s exits with shadow tables and with no others',
    (cause) => {
      expect(make('shadow').exits(cause, { operand: 0x1000 })).toBe(true);
      expect(make('nested').exits(cause, { operand: 0x1000 })).toBe(false);
    },
  );

  test('a nested page fault exits with nested tables and with no others', () => {
    expect(make('nested').exits('nestedFault', {})).toBe(true);
    expect(make('shadow').exits('nestedFault', {})).toBe(false);
  });

  test.each(['shadow', 'nested'] as const)('%s: CPUID, I/O, HLT, MSRs, interrupts and calls exit', (tables) => {
    for (const name of ['cpuid', 'io', 'hlt', 'rdmsr', 'wrmsr', 'interrupt', 'vmcall'] as const)
      expect(ask(make(tables), name)).toBe(name);
  });

  test('what the VMM does not want to see stays in the guest', () => {
    const vcpu = make('nested', { hlt: false, io: false, msr: false });
    for (const name of ['hlt', 'io'] as const) expect(ask(vcpu, name)).toBeNull();
    expect(ask(vcpu, 'rdmsr', 0x10)).toBeNull();
  });

  test('MOV from CR3 exits where the guest would see a shadow root', () => {
    expect(ask(make('shadow'), 'cr3Read')).toBe('cr3Read');
    expect(ask(make('nested'), 'cr3Read')).toBeNull();
  });

  test('an exception exits if its vector is asked for', () => {
    const vcpu = make('nested', { exceptions: [0, 13] });
    expect([0, 6, 13].map((vector) => ask(vcpu, 'exception', vector))).toEqual(['exception', null, 'exception']);
  });

  test('MOV to CR8 exits only without the TPR shadow', () => {
    expect(ask(make('nested'), 'cr8Write', 5)).toBeNull();
    expect(ask(make('nested', { tprShadow: false }), 'cr8Write', 5)).toBe('cr8Write');
    expect(ask(make('nested', {}, { tprShadow: false }), 'cr8Write', 5)).toBe('cr8Write');
    expect(ask(make('nested', { tprShadow: false }), 'cr8Read')).toBe('cr8Read');
  });

  test.each(SENSITIVE_NAMES)('%s meets the fate that the table says', (name) => {
    const mode = make === vmx ? ('vmxDescriptorExiting' as const) : ('svm' as const);
    expect(ask(make('shadow', { sensitive: 'all' }), name) !== null).toBe(fateOf(name, mode) === 'exits');
    expect(ask(make('shadow'), name)).toBeNull();
  });
});

describe.each(VENDORS)('%s with lists of ports and MSRs', (_, make) => {
  const PORTS = [0, 7, 8, 0x60, 0x3f8, 0xffff];
  const MSRS = [0, 0x10, 0x1fff, 0xc000_0080, 0xc000_1fff];

  test('of all ports those of the list exit', () => {
    const vcpu = make('nested', { io: PORTS });
    const exits = Array.from({ length: 0x1_0000 }, (_, port) => port).filter((port) => ask(vcpu, 'io', port) === 'io');
    expect(exits).toEqual(PORTS);
  });

  test('of the MSRs in the first ranges those of the list exit, for reads and for writes', () => {
    const vcpu = make('nested', { msr: MSRS });
    const all = [0, 0xc000_0000].flatMap((first) => Array.from({ length: 0x2000 }, (_, at) => first + at));
    for (const name of ['rdmsr', 'wrmsr'] as const)
      expect(all.filter((msr) => ask(vcpu, name, msr) === name)).toEqual(MSRS);
    expect(ask(vcpu, 'rdmsr', 0x4000_0000)).toBe('rdmsr'); // no bit stands for it
  });
});

describe('VT-x alone', () => {
  test('the first processors exit on each access to CR3, whatever the VMM wants', () => {
    const vcpu = vmx('nested', { cr3Load: false, cr3Store: false }, { cr3ExitsForced: true });
    expect(vcpu.exits('cr3Write', { operand: 0x1000 })).toBe(true);
    expect(ask(vcpu, 'cr3Read')).toBe('cr3Read');
  });

  test('MOV to CR3 of a CR3-target value does not exit', () => {
    const vcpu = vmx('shadow');
    Object.assign(vcpu.vmcs.controls, { cr3Targets: [0x5000] });
    expect(vcpu.exits('cr3Write', { operand: 0x5000 })).toBe(false);
    expect(vcpu.exits('cr3Write', { operand: 0x6000 })).toBe(true);
  });

  test.each([
    ['shadow', 'cr0Write'],
    ['nested', null],
  ] as const)('with %s tables, turning paging off: %s', (tables, cause) => {
    const vcpu = vmx(tables);
    expect(ask(vcpu, 'cr0Write', 0x8000_0001)).toBeNull(); // as the guest has it
    expect(ask(vcpu, 'cr0Write', 0x0000_0001)).toBe(cause);
    expect(ask(vcpu, 'cr0Write', 0x0000_0001)).toBeNull(); // the read shadow has followed
  });

  test('CLTS stays in the guest, whose TS it is', () => {
    expect(ask(vmx('shadow'), 'clts')).toBeNull();
  });

  test('an interrupt above no priority waits: lowering CR8 to let it in exits below the threshold', () => {
    const vcpu = vmx('nested');
    expect(ask(vcpu, 'cr8Write', 5)).toBeNull();
    expect(ask(vcpu, 'interrupt', 0x51)).toBe('interrupt'); // class 5 waits for a priority of 4
    expect(ask(vcpu, 'cr8Write', 5)).toBeNull();
    expect(ask(vcpu, 'cr8Write', 4)).toBe('tprBelowThreshold');
    expect(ask(vcpu, 'cr8Write', 0)).toBeNull();
  });

  test.each([
    ['FlexPriority and TPR shadow', {}, null, 'apicAccess'],
    ['FlexPriority alone', { tprShadow: false }, 'apicAccess', 'apicAccess'],
    ['neither', { tprShadow: false, apicAccessPage: false }, 'mmio', 'mmio'],
    ['TPR shadow alone', { apicAccessPage: false }, 'mmio', 'mmio'],
  ] as const)(
    'writes to the APIC page with %s: task priority %s, another register %s',
    (_, wanted, priority, other) => {
      const vcpu = vmx('nested', wanted);
      expect(ask(vcpu, 'apicWrite', 0x80, 0x50)).toBe(priority);
      expect(ask(vcpu, 'apicWrite', 0xb0, 0)).toBe(other);
      expect(ask(vcpu, 'apicRead', 0x80)).toBe(priority);
    },
  );
});

test('AMD-V: the first processors that have SVM let no APIC page be virtualized', () => {
  expect(ask(svm('nested'), 'apicWrite', 0x80, 0x50)).toBe('mmio' satisfies ExitCause);
});

test('an APIC page that nothing maps is a fault of the tables in use: nested ones, or shadow tables', () => {
  const wanted = { tprShadow: false, apicAccessPage: false };
  expect([vmx('nested', wanted), vmx('shadow', wanted)].map((vcpu) => ask(vcpu, 'apicRead', 0x80))).toEqual([
    'mmio',
    'mmioFault',
  ]);
  expect(ask(svm('shadow'), 'apicRead', 0x80)).toBe('mmioFault');
});

test('AMD-V: with nested tables, CR0 exits for bits other than MP and TS only', () => {
  const vcpu = svm('nested');
  expect(ask(vcpu, 'cr0Write', 0x8000_0009)).toBeNull();
  expect(ask(vcpu, 'cr0Write', 0x0000_0009)).toBe('cr0Write');
  expect(ask(vcpu, 'clts')).toBeNull();
  expect(ask(svm('shadow'), 'clts')).toBe('cr0Write');
});
