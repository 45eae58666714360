/**
 * Which instructions and events leave a guest under AMD-V: pure functions of the VMCB's intercept vectors.
 * AMD APM vol. 2, 15.9 to 15.13; bits of the vectors as in Xen's `vmcb.h`.
 */

/** Bits of the first general intercept vector (VMCB offset 00Ch). */
export const GENERAL1 = {
  INTR: 0,
  NMI: 1,
  SMI: 2,
  INIT: 3,
  VINTR: 4,
  CR0_SEL_WRITE: 5,
  IDTR_READ: 6,
  GDTR_READ: 7,
  LDTR_READ: 8,
  TR_READ: 9,
  IDTR_WRITE: 10,
  GDTR_WRITE: 11,
  LDTR_WRITE: 12,
  TR_WRITE: 13,
  RDTSC: 14,
  RDPMC: 15,
  PUSHF: 16,
  POPF: 17,
  CPUID: 18,
  RSM: 19,
  IRET: 20,
  SWINT: 21,
  INVD: 22,
  PAUSE: 23,
  HLT: 24,
  INVLPG: 25,
  INVLPGA: 26,
  IOIO: 27,
  MSR: 28,
  TASK_SWITCH: 29,
  FERR_FREEZE: 30,
  SHUTDOWN: 31,
} as const;

export type General1 = keyof typeof GENERAL1;

export function general1Exits(vector: number, name: General1): boolean {
  return ((vector >>> GENERAL1[name]) & 1) !== 0;
}

/** Bits of the second general intercept vector (VMCB offset 010h). */
export const GENERAL2 = {
  VMRUN: 0,
  VMMCALL: 1,
  VMLOAD: 2,
  VMSAVE: 3,
  STGI: 4,
  CLGI: 5,
  SKINIT: 6,
  RDTSCP: 7,
  ICEBP: 8,
  WBINVD: 9,
  MONITOR: 10,
  MWAIT: 11,
  XSETBV: 13,
} as const;

export type General2 = keyof typeof GENERAL2;

export function general2Exits(vector: number, name: General2): boolean {
  return ((vector >>> GENERAL2[name]) & 1) !== 0;
}

/** A read or write of CR0 to CR15, or of DR0 to DR15: vectors of 16 bits. */
export function registerExits(vector: number, register: number): boolean {
  return ((vector >>> register) & 1) !== 0;
}

/** All that a selective CR0 write may change without an exit: MP and TS. 15.9 */
const UNSELECTED = 0b1010;

/**
 * MOV to CR0, or LMSW. The unselective intercept wins.
 * @returns the SVM exit code's name, or null
 */
export function cr0WriteExit(
  crWrites: number,
  general1: number,
  before: number,
  after: number,
): 'CR0_WRITE' | 'CR0_SEL_WRITE' | null {
  if (registerExits(crWrites, 0)) return 'CR0_WRITE';
  const selected = ((before ^ after) & ~UNSELECTED) !== 0;
  return selected && general1Exits(general1, 'CR0_SEL_WRITE') ? 'CR0_SEL_WRITE' : null;
}

/** First MSR of each 2 KiB of the MSR permissions map: two bits each, for reads and for writes. 15.11 */
const MSR_RANGES = [0, 0xc000_0000, 0xc001_0000];
const MSRS = 0x2000;
const MSR_PART = 2048;

/** RDMSR or WRMSR, with the MSR_PROT intercept set; an MSR outside the ranges always exits. */
export function msrExits(permissions: Uint8Array, msr: number, write: boolean): boolean {
  const bit = msrBit(msr, write);
  return bit === null || ((permissions[bit >> 3]! >> (bit & 7)) & 1) !== 0;
}

/** Position of an MSR's bit in the map; null where it has none. */
export function msrBit(msr: number, write: boolean): number | null {
  const part = MSR_RANGES.findIndex((first) => msr >= first && msr < first + MSRS);
  return part < 0 ? null : 8 * MSR_PART * part + 2 * (msr - MSR_RANGES[part]!) + (write ? 1 : 0);
}

/** IN or OUT, with the IOIO_PROT intercept set: any of the ports; the map has room beyond port FFFFh. 15.10 */
export function ioExits(permissions: Uint8Array, port: number, bytes: 1 | 2 | 4): boolean {
  for (let at = port; at < port + bytes; at++) if (((permissions[at >> 3]! >> (at & 7)) & 1) !== 0) return true;
  return false;
}
