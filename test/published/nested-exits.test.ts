/** Exits of a guest of a guest, event by event, against KVM on KVM. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareMode, replayMode } from '../../src/verify/nested/compare.js';
import { MEASURED, parseFeatures } from '../../src/verify/nested/features.js';
import { parseMeasured } from '../../src/verify/nested/measured.js';
import { replayEvent, stackOf } from '../../src/verify/nested/replay.js';

const FILE = 'traces/measured/nested.kvm.json';
const MODES = parseMeasured(readFileSync(FILE, 'utf8'), FILE);

describe.each(MODES)('$mode', (mode) => {
  test('each event exits as often as measured, and the identities between exits hold', () => {
    expect(compareMode(mode, replayMode(mode)).filter(({ passed }) => !passed)).toEqual([]);
  });
});

const stack = (l0: string, l1: string | null) =>
  stackOf(parseFeatures(l0, '--l0'), l1 === null ? null : parseFeatures(l1, '--l1'));
const exitsOf = (l0: string, l1: string, event: Parameters<typeof replayEvent>[1]) =>
  replayEvent(stack(l0, l1), event).l0Exits;

describe('features', () => {
  test('virtual GIF removes CLGI and STGI, virtual VMLOAD and VMSAVE three more, of each reflected exit', () => {
    expect(exitsOf('vgif=1', 'npt=1', 'cpuid')).toBe(6);
    expect(exitsOf('vls=1', 'npt=1', 'cpuid')).toBe(5);
    expect(exitsOf('vgif=1,vls=1', 'npt=1', 'cpuid')).toBe(3);
    expect(exitsOf('vgif=1,vls=1', 'npt=1', 'touch-4k')).toBe(5);
  });

  test('virtual VMLOAD and VMSAVE are not used without nested paging', () => {
    expect(exitsOf('npt=0,vls=1', 'npt=0', 'cpuid')).toBe(8);
  });

  test.each(['nrips', 'decodeassists', 'flushbyasid', 'avic', 'lbrv', 'vmcbclean'])('%s removes no exit', (name) => {
    expect(exitsOf(`${name}=1`, 'npt=1', 'touch-4k')).toBe(10);
    expect(exitsOf(`${name}=1`, 'npt=0', 'invlpg')).toBe(9);
  });

  test('L1 has nested paging only where L0 has it', () => {
    expect(stack('npt=0', 'npt=1').l1?.npt).toBe(false);
    expect(stack('npt=1', 'npt=1').l1?.npt).toBe(true);
    expect(stack('vgif=0', 'vgif=1').l1?.vgif).toBe(false);
  });

  test('the measured set is nested paging and nothing else', () => {
    expect(Object.entries(MEASURED).flatMap(([name, has]) => (has ? name : []))).toEqual(['npt']);
  });
});

describe('shadow on shadow', () => {
  test('a first touch costs a trapped store and a fill more than the reflected fault; one more store of the same table none', () => {
    expect(exitsOf('npt=0', 'npt=0', 'touch-4k')).toBe(8 + 1 + 1);
    expect(exitsOf('npt=0', 'npt=0', 'cpuid')).toBe(8);
  });
});

describe('VT-x', () => {
  test('VMCS shadowing leaves two exits of each reflected one: its own and VMRESUME', () => {
    expect(exitsOf('vmx=1,shadowing=1', 'npt=1', 'cpuid')).toBe(2);
    expect(exitsOf('vmx=1,evmcs=1', 'npt=1', 'cpuid')).toBe(2);
    expect(exitsOf('vmx=1', 'npt=1', 'cpuid')).toBe(10);
  });

  test('a first touch is a reflected exit, a trapped store and a fill, as under AMD-V', () => {
    expect(exitsOf('vmx=1,shadowing=1', 'npt=1', 'touch-4k')).toBe(2 + 1 + 1);
  });

  test('what KVM leaves to its guest exits at no level', () => {
    for (const event of ['msr-direct', 'cr0-same', 'cr0-ts', 'rdtsc', 'cr4-read'] as const)
      expect(exitsOf('vmx=1', 'npt=1', event)).toBe(0);
  });
});
