/**
 * Which instructions and events leave a guest under VT-x: pure functions of the VMCS fields that decide.
 * Intel SDM vol. 3C (326019-082), 25.6 (controls) and 26.1 to 26.3 (VMX non-root operation).
 *
 * Registers are their low 32 bits: all that masks can be set for in CR0 and CR4.
 */

const PE = 1;
const TS = 8;
/** Bits 1 to 3 of CR0, MP, EM and TS, which LMSW writes as they are; it sets PE, and never clears it. */
const LMSW_BITS = 0xe;

/** MOV to CR0 or CR4: a bit that the host owns would get another value than the guest believes it has. 26.1.3 */
export function movToCrExits(mask: number, readShadow: number, value: number): boolean {
  return ((value ^ readShadow) & mask) !== 0;
}

/** What MOV from CR0 or CR4 (and SMSW) reads, without an exit: host-owned bits from the read shadow. 26.3 */
export function crRead(mask: number, readShadow: number, real: number): number {
  return ((mask & readShadow) | (~mask & real)) >>> 0;
}

/** CLTS. `ignored`: the guest believes that TS is clear already. 26.1.3, 26.3 */
export function clts(mask: number, readShadow: number): 'exits' | 'ignored' | 'clears TS' {
  if ((mask & TS) === 0) return 'clears TS';
  return (readShadow & TS) !== 0 ? 'exits' : 'ignored';
}

/** LMSW. 26.1.3 */
export function lmswExits(mask: number, readShadow: number, source: number): boolean {
  const setsPe = (mask & source & ~readShadow & PE) !== 0;
  return setsPe || ((source ^ readShadow) & mask & LMSW_BITS) !== 0;
}

/**
 * MOV to CR3. 26.1.3, 25.6.7
 * @param targets the CR3-target values that count, at most 4
 */
export function movToCr3Exits(cr3LoadExiting: boolean, targets: readonly number[], value: number): boolean {
  return cr3LoadExiting && !targets.includes(value);
}

/** INVPCID. `undefined`: an invalid-opcode exception, which comes before any exit. 26.1.3 */
export function invpcid(enabled: boolean, invlpgExiting: boolean): 'exits' | 'runs' | 'undefined' {
  if (!enabled) return 'undefined';
  return invlpgExiting ? 'exits' : 'runs';
}

const PAGE_FAULT = 14;

/** An exception other than a page fault. 26.2 */
export function exceptionExits(bitmap: number, vector: number): boolean {
  return ((bitmap >>> vector) & 1) !== 0;
}

/** A page fault: bit 14 of the exception bitmap decides for error codes that match, its opposite for the others. 25.6.3 */
export function pageFaultExits(bitmap: number, mask: number, match: number, errorCode: number): boolean {
  return exceptionExits(bitmap, PAGE_FAULT) === ((errorCode & mask) === match);
}

/** MSRs of each range of the MSR bitmaps, and bytes of each of the four parts: reads low, reads high, writes low, writes high. 25.6.9 */
const MSRS = 0x2000;
const HIGH_MSRS = 0xc000_0000;
const MSR_PART = 1024;

/** RDMSR or WRMSR with ECX = `msr`. @param bitmaps the 4 KiB page, or null without MSR bitmaps */
export function msrExits(bitmaps: Uint8Array | null, msr: number, write: boolean): boolean {
  if (bitmaps === null) return true;
  const bit = msrBit(msr, write);
  return bit === null || ((bitmaps[bit >> 3]! >> (bit & 7)) & 1) !== 0;
}

/** Position of an MSR's bit in the four bitmaps together; null where it has none. */
export function msrBit(msr: number, write: boolean): number | null {
  const high = msr >= HIGH_MSRS;
  const inRange = high ? msr - HIGH_MSRS : msr;
  if (inRange >= MSRS) return null;
  const part = (write ? 2 : 0) + (high ? 1 : 0);
  return 8 * MSR_PART * part + inRange;
}

const PORTS = 0x1_0000;

/**
 * IN, OUT, INS or OUTS of some bytes at a port. 26.1.3
 * @param bitmaps A and B together, 8 KiB, or null without I/O bitmaps
 */
export function ioExits(unconditional: boolean, bitmaps: Uint8Array | null, port: number, bytes: 1 | 2 | 4): boolean {
  if (bitmaps === null) return unconditional;
  if (port + bytes > PORTS) return true;
  for (let at = port; at < port + bytes; at++) if (((bitmaps[at >> 3]! >> (at & 7)) & 1) !== 0) return true;
  return false;
}

/** Exit qualification of a control-register access: SDM table 28-3. */
export function crAccessQualification(access: {
  readonly register: number;
  readonly type: 'mov to' | 'mov from' | 'clts' | 'lmsw';
  /** Number of the general register of a MOV. */
  readonly general?: number;
  /** Source of LMSW, and whether it was in memory. */
  readonly source?: number;
  readonly fromMemory?: boolean;
}): number {
  const { register, type, general = 0, source = 0, fromMemory = false } = access;
  const types = ['mov to', 'mov from', 'clts', 'lmsw'];
  return (register | (types.indexOf(type) << 4) | (fromMemory ? 0x40 : 0) | (general << 8) | (source << 16)) >>> 0;
}

/** Exit qualification of an I/O instruction: SDM table 28-5. */
export function ioQualification(access: {
  readonly port: number;
  readonly bytes: 1 | 2 | 4;
  readonly input: boolean;
  readonly string?: boolean;
  readonly repeated?: boolean;
  readonly immediate?: boolean;
}): number {
  const { port, bytes, input, string = false, repeated = false, immediate = false } = access;
  const flags = (input ? 8 : 0) | (string ? 0x10 : 0) | (repeated ? 0x20 : 0) | (immediate ? 0x40 : 0);
  return ((bytes - 1) | flags | (port << 16)) >>> 0;
}
