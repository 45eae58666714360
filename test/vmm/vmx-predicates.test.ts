/** Each rule of VMX non-root operation over all the bits that it looks at; expectations are the manual's sentences, bit by bit. */
import { describe, expect, test } from 'vitest';
import {
  clts,
  crAccessQualification,
  crRead,
  exceptionExits,
  invpcid,
  ioExits,
  ioQualification,
  lmswExits,
  movToCr3Exits,
  movToCrExits,
  msrExits,
  pageFaultExits,
} from '../../src/vmm/vmx-predicates.js';

const BITS = [...Array(32).keys()];
const BOTH = [0, 1];
const numbers = (count: number): number[] => [...Array(count).keys()];

describe('CR0 and CR4', () => {
  test.each(BITS)('bit %i: a MOV exits iff the host owns it and its new value is not the shadow', (bit) => {
    for (const mask of BOTH)
      for (const shadow of BOTH)
        for (const value of BOTH)
          expect(movToCrExits(mask << bit, shadow << bit, value << bit)).toBe(mask === 1 && value !== shadow);
  });

  test.each(BITS)('bit %i: a read sees the shadow where the host owns it, else the register', (bit) => {
    for (const mask of BOTH)
      for (const shadow of BOTH)
        for (const real of BOTH)
          expect(crRead(mask << bit, shadow << bit, real << bit)).toBe(((mask === 1 ? shadow : real) << bit) >>> 0);
  });

  test('one bit is enough, and the others do not matter', () => {
    expect(movToCrExits(0x8000_0001, 0x0000_0001, 0xffff_ffff)).toBe(true);
    expect(movToCrExits(0x8000_0001, 0x8000_0001, 0xffff_ffff)).toBe(false);
  });

  test('CLTS', () => {
    for (const others of [0, 0xffff_fff7]) {
      expect(clts(others | 8, others | 8)).toBe('exits');
      expect(clts(others | 8, others)).toBe('ignored');
      expect(clts(others, others)).toBe('clears TS');
      expect(clts(others, others | 8)).toBe('clears TS');
    }
  });

  test('LMSW: over all masks, shadows and sources of four bits', () => {
    for (const mask of numbers(16))
      for (const shadow of numbers(16))
        for (const source of numbers(16)) {
          const at = (value: number, bit: number): number => (value >> bit) & 1;
          // PE can be set by LMSW, not cleared; MP, EM and TS get the source's values.
          const pe = at(mask, 0) === 1 && at(source, 0) === 1 && at(shadow, 0) === 0;
          const rest = [1, 2, 3].some((bit) => at(mask, bit) === 1 && at(source, bit) !== at(shadow, bit));
          expect(lmswExits(mask, shadow, source)).toBe(pe || rest);
        }
  });

  test('LMSW leaves bits 4 and above alone', () => {
    expect(lmswExits(0xffff_fff0, 0, 0xffff)).toBe(false);
  });
});

describe('CR3', () => {
  test.each(numbers(5))('with %i targets: exits iff the control is set and the value is none of them', (count) => {
    const targets = [0x1000, 0x2000, 0x3000, 0x4000].slice(0, count);
    for (const value of [0x1000, 0x2000, 0x3000, 0x4000, 0x5000]) {
      expect(movToCr3Exits(true, targets, value)).toBe(!targets.includes(value));
      expect(movToCr3Exits(false, targets, value)).toBe(false);
    }
  });
});

test('INVPCID follows INVLPG exiting, once it is enabled', () => {
  expect([invpcid(false, false), invpcid(false, true), invpcid(true, false), invpcid(true, true)]).toEqual([
    'undefined',
    'undefined',
    'runs',
    'exits',
  ]);
});

describe('exceptions', () => {
  test('each vector has its bit', () => {
    for (const vector of BITS)
      for (const bit of BITS) expect(exceptionExits((1 << bit) >>> 0, vector)).toBe(vector === bit);
  });

  test('page faults: over all error codes, masks and matches of five bits, with bit 14 set and clear', () => {
    let wrong = 0;
    for (const code of numbers(32))
      for (const mask of numbers(32))
        for (const match of numbers(32)) {
          const matches = (code & mask) === match;
          if (pageFaultExits(1 << 14, mask, match, code) !== matches) wrong++;
          if (pageFaultExits(~(1 << 14), mask, match, code) === matches) wrong++;
        }
    expect(wrong).toBe(0);
  });

  test("KVM's filter: with mask 1 and match 1 only faults on present entries exit", () => {
    expect(numbers(32).filter((code) => pageFaultExits(1 << 14, 1, 1, code))).toEqual(
      numbers(32).filter((code) => code % 2 === 1),
    );
  });
});

describe('MSRs', () => {
  test('without bitmaps all exit', () => {
    expect([0, 0x1fff, 0x4000_0000, 0xc000_0080].every((msr) => msrExits(null, msr, false))).toBe(true);
  });

  test('outside both ranges all exit, whatever the bitmaps say', () => {
    const none = new Uint8Array(4096);
    for (const msr of [0x2000, 0x4000_0000, 0xbfff_ffff, 0xc000_2000, 0xc001_0000, 0xffff_ffff])
      for (const write of [false, true]) expect(msrExits(none, msr, write)).toBe(true);
  });

  test.each([
    [0, false, 0],
    [0x1fff, false, 1023],
    [0xc000_0000, false, 1024],
    [0xc000_1fff, false, 2047],
    [0, true, 2048],
    [0x1fff, true, 3071],
    [0xc000_0000, true, 3072],
    [0xc000_1fff, true, 4095],
  ])('MSR %i, write %s: one bit, in byte %i', (msr, write, byte) => {
    const only = new Uint8Array(4096);
    only[byte] = 1 << (msr % 8);
    expect(msrExits(only, msr, write)).toBe(true);
    const others = new Uint8Array(4096).fill(0xff);
    others[byte] = 0xff & ~(1 << (msr % 8));
    expect(msrExits(others, msr, write)).toBe(false);
  });
});

describe('ports', () => {
  test('without bitmaps the control decides', () => {
    expect([ioExits(true, null, 0x80, 1), ioExits(false, null, 0x80, 1)]).toEqual([true, false]);
  });

  test('with bitmaps any port that is touched decides, whatever the control says', () => {
    const bitmaps = new Uint8Array(8192);
    bitmaps[0x8000 / 8] = 1; // port 8000h, the first of bitmap B
    for (const bytes of [1, 2, 4] as const)
      for (const port of [0x7ffc, 0x7ffd, 0x7ffe, 0x7fff, 0x8000, 0x8001])
        for (const unconditional of [false, true])
          expect(ioExits(unconditional, bitmaps, port, bytes)).toBe(port <= 0x8000 && port + bytes > 0x8000);
  });

  test('an access that wraps past FFFFh exits', () => {
    const none = new Uint8Array(8192);
    expect([ioExits(false, none, 0xffff, 1), ioExits(false, none, 0xffff, 2), ioExits(false, none, 0xfffd, 4)]).toEqual(
      [false, true, true],
    );
  });
});

describe('exit qualifications', () => {
  test.each([
    [{ register: 3, type: 'mov to', general: 0 }, 0x3],
    [{ register: 3, type: 'mov from', general: 7 }, 0x713],
    [{ register: 0, type: 'clts' }, 0x20],
    [{ register: 0, type: 'lmsw', source: 0x1234 }, 0x1234_0030],
    [{ register: 0, type: 'lmsw', source: 0xffff, fromMemory: true }, 0xffff_0070],
  ] as const)('control register %j', (access, expected) => {
    expect(crAccessQualification(access)).toBe(expected);
  });

  test.each([
    [{ port: 0x3f8, bytes: 1, input: false }, 0x03f8_0000],
    [{ port: 0xcfc, bytes: 4, input: true }, 0x0cfc_000b],
    [{ port: 0x1f0, bytes: 2, input: true, string: true, repeated: true }, 0x01f0_0039],
    [{ port: 0x80, bytes: 1, input: false, immediate: true }, 0x0080_0040],
  ] as const)('port %j', (access, expected) => {
    expect(ioQualification(access)).toBe(expected);
  });
});
