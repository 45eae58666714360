/** Each intercept of AMD-V over all the bits that it looks at. */
import { describe, expect, test } from 'vitest';
import {
  cr0WriteExit,
  GENERAL1,
  general1Exits,
  ioExits,
  msrExits,
  registerExits,
  type General1,
} from '../../src/vmm/svm-predicates.js';

const BITS = [...Array(32).keys()];

test('the first general vector has one bit for each of 32 intercepts', () => {
  expect(Object.values(GENERAL1)).toEqual(BITS);
  for (const name of Object.keys(GENERAL1) as General1[])
    for (const bit of BITS) expect(general1Exits((1 << bit) >>> 0, name)).toBe(bit === GENERAL1[name]);
});

test('registers have one bit each', () => {
  for (const register of BITS.slice(0, 16))
    for (const bit of BITS.slice(0, 16)) expect(registerExits(1 << bit, register)).toBe(bit === register);
});

describe('a write of CR0', () => {
  const selective = 1 << GENERAL1.CR0_SEL_WRITE;

  test.each(BITS)('that changes bit %i alone: the selective intercept leaves MP and TS out', (bit) => {
    const changed = (1 << bit) >>> 0;
    const expected = bit === 1 || bit === 3 ? null : 'CR0_SEL_WRITE';
    for (const before of [0, 0xffff_ffff]) expect(cr0WriteExit(0, selective, before, before ^ changed)).toBe(expected);
    expect(cr0WriteExit(0, 0, 0, changed)).toBeNull();
    expect(cr0WriteExit(1, selective, 0, changed)).toBe('CR0_WRITE');
  });

  test('that changes nothing: only the unselective intercept', () => {
    expect([cr0WriteExit(0, selective, 5, 5), cr0WriteExit(1, selective, 5, 5)]).toEqual([null, 'CR0_WRITE']);
  });
});

describe('MSRs', () => {
  test.each([
    [0, 0],
    [0x1fff, 2047],
    [0xc000_0000, 2048],
    [0xc000_1fff, 4095],
    [0xc001_0000, 4096],
    [0xc001_1fff, 6143],
  ])('MSR %i: two bits in byte %i, for reads and for writes', (msr, byte) => {
    for (const write of [false, true]) {
      const only = new Uint8Array(8192);
      only[byte] = 1 << (2 * (msr % 4) + (write ? 1 : 0));
      expect([msrExits(only, msr, write), msrExits(only, msr, !write)]).toEqual([true, false]);
    }
  });

  test('outside the three ranges all exit', () => {
    const none = new Uint8Array(8192);
    for (const msr of [0x2000, 0xbfff_ffff, 0xc000_2000, 0xc001_2000]) expect(msrExits(none, msr, false)).toBe(true);
  });
});

test('ports: any that is touched decides, also beyond FFFFh', () => {
  const map = new Uint8Array(12288);
  map[0x1_0000 / 8] = 1; // the bit behind the last port
  expect([ioExits(map, 0xffff, 1), ioExits(map, 0xffff, 2), ioExits(map, 0xfffc, 4), ioExits(map, 0xfffd, 4)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
});
