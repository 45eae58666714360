/** The fate of the 18 sensitive instructions: 18 × 3 expectations of hardware, of which the fewest are exits. */
import { describe, expect, test } from 'vitest';
import { fateOf, SENSITIVE_INSTRUCTIONS, type SensitiveName } from '../../src/vmm/sensitive-instructions.js';

const NAMES = Object.keys(SENSITIVE_INSTRUCTIONS) as SensitiveName[];
/** Exits by VMX reason under descriptor-table exiting: SDM vol. 3C, 26.1.3. */
const VMX: Partial<Record<SensitiveName, number>> = { SGDT: 46, SIDT: 46, SLDT: 47, STR: 47 };
/** Intercepts: APM vol. 2, 15.9; SMSW through that of CR0. */
const SVM: Partial<Record<SensitiveName, string>> = {
  SGDT: 'GDTR_READ',
  SIDT: 'IDTR_READ',
  SLDT: 'LDTR_READ',
  STR: 'TR_READ',
  SMSW: 'CR0_READ',
  PUSHF: 'PUSHF',
  POPF: 'POPF',
  'INT n': 'SWINT',
};

test('there are 18, as Figure 5.27 has them', () => {
  expect(NAMES.length).toBe(18);
});

describe.each(NAMES)('%s', (name) => {
  test('misbehaves under ring compression only: that is what makes it one of the 18', () => {
    expect(fateOf(name, 'ringCompression')).toBe('misbehaves');
    expect(fateOf(name, 'user')).toBe('harmless');
  });

  test('VT-x by default: harmless, because the kernel runs where it believes to run', () => {
    expect(fateOf(name, 'vmx')).toBe('harmless');
  });

  test('VT-x with descriptor-table exiting', () => {
    const number = VMX[name];
    expect(fateOf(name, 'vmxDescriptorExiting')).toBe(number === undefined ? 'harmless' : 'exits');
    expect(SENSITIVE_INSTRUCTIONS[name].vmx?.number).toBe(number);
  });

  test('AMD-V with all intercepts', () => {
    const intercept = SVM[name];
    expect(fateOf(name, 'svm')).toBe(intercept === undefined ? 'harmless' : 'exits');
    expect(SENSITIVE_INSTRUCTIONS[name].svm ?? undefined).toBe(intercept);
  });
});
