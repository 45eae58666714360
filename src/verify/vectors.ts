/**
 * Address-translation vectors: one JSON object a line, computed by independent processor emulators (test/vectors/README.md).
 * Builds the memory of a vector, makes its access, and compares everything the vector expects.
 */
import { addressOf, offsetOf, pageOf } from '../memory/address.js';
import { FORMATS, type FormatName } from '../memory/formats/index.js';
import { PhysicalMemory } from '../memory/physical.js';
import { ACCESS, DEFAULT_CONTROLS, Dimension, type PagingControls } from '../mmu/dimension.js';
import type { WalkObserver } from '../mmu/walk-observer.js';
import { WALK, Walker } from '../mmu/walker.js';

type Hex = string;
type Words = Record<Hex, Hex>;

interface LoadLog {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

export interface Vector {
  readonly id: string;
  readonly guestMode: string;
  readonly maxPhyAddr: number;
  readonly page1gb?: boolean | undefined;
  /** Present where AMD's processors differ from what is expected. */
  readonly amdDiffers?: unknown;
  readonly regs: {
    readonly cr0: Hex;
    readonly cr3: Hex;
    readonly cr4: Hex;
    readonly efer: Hex;
    readonly ac: number;
    readonly pkru?: Hex | undefined;
    readonly pkrs?: Hex | undefined;
  };
  readonly nested: null | {
    readonly kind: 'npt' | 'ept';
    readonly hostMode?: string;
    readonly ncr3?: Hex;
    readonly hcr0?: Hex;
    readonly hcr4?: Hex;
    readonly hefer?: Hex;
    readonly eptp?: Hex;
    readonly accessedDirty?: boolean;
    readonly modeBasedExecute?: boolean;
    readonly advancedExitInfo?: boolean;
  };
  readonly access: { readonly linear: Hex; readonly type: 'read' | 'write' | 'fetch'; readonly user: boolean };
  readonly mem: Words;
  readonly expect: {
    /** The emulator whose result this is. */
    readonly oracle: string;
    readonly outcome: Readonly<Record<string, unknown>>;
    readonly load?: LoadLog | undefined;
    readonly reads: readonly string[];
    readonly writes: readonly string[];
    readonly memAfter: Words;
  };
}

/** What the vector's access did, in the vector's own terms. */
interface Observed {
  outcome: Record<string, unknown>;
  load: LoadLog | undefined;
  reads: string[];
  writes: string[];
  memAfter: Words;
  refs: number;
}

export interface Difference {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** `guest`, or `guest/host` for nested paging: the unit in which support is counted. */
export function modeOf(vector: Vector): string {
  const { nested, guestMode } = vector;
  if (nested === null) return guestMode;
  return `${guestMode}/${nested.kind === 'ept' ? 'ept' : nested.hostMode!}`;
}

/** The fields in which the walker differs from a vector, in their order. */
export function differencesOf(vector: Vector): Difference[] {
  const found = runVector(vector, true);
  const { expect } = vector;
  const differences: Difference[] = [];
  const compare = (field: string, expected: unknown, other: unknown): void => {
    const [a, b] = [canonical(expected), canonical(other)];
    if (a !== b) differences.push({ field, expected: a, found: b });
  };
  for (const field of ['outcome', 'load', 'reads', 'writes', 'memAfter'] as const)
    compare(field, expect[field], found[field]);
  // Nobody watching, the walker may take its quick path: it must do the same.
  const unwatched = runVector(vector, false);
  compare('outcome, unwatched', found.outcome, unwatched.outcome);
  compare('memAfter, unwatched', found.memAfter, unwatched.memAfter);
  compare('refs, unwatched', found.refs, unwatched.refs);
  return differences;
}

/** A walker at the vector's tables, in a memory that holds them. */
export function walkerOf(vector: Vector): Walker {
  const memory = new PhysicalMemory();
  for (const [address, value] of Object.entries(vector.mem)) writeWord(memory, address, value);
  return new Walker(memory, guestOf(vector), hostOf(vector));
}

function runVector(vector: Vector, watched: boolean): Observed {
  const log = new Log();
  const walker = walkerOf(vector);
  const { memory } = walker;
  if (watched) walker.observer = log;

  const load = vector.expect.load === undefined ? undefined : loadPdptes(walker, log);
  if (load !== undefined && load.status !== WALK.ok) {
    const outcome =
      load.status === WALK.nestedFault ? eptOutcome(vector, walker, 'load', 0) : { kind: 'gp', at: 'load' };
    const memAfter = changed(vector.mem, memory);
    return { outcome, load: load.log, reads: [], writes: [], memAfter, refs: 0 };
  }
  const linear = BigInt(vector.access.linear);
  const type = { read: ACCESS.read, write: ACCESS.write, fetch: ACCESS.fetch }[vector.access.type];
  const status = walker.walk(Number(linear >> 12n), type | (vector.access.user ? ACCESS.user : 0));
  const outcome = outcomeOf(vector, walker, status, Number(linear & 0xfffn));
  const memAfter = changed(vector.mem, memory);
  return { outcome, load: load?.log, reads: log.reads, writes: log.writes, memAfter, refs: walker.refs };
}

/** PAE guests whose PDPTEs are registers load them before the access. */
function loadPdptes(walker: Walker, log: Log): { status: number; log: LoadLog } {
  const status = walker.loadPdptes();
  return { status, log: { reads: log.reads.splice(0), writes: log.writes.splice(0) } };
}

function guestOf(vector: Vector): Dimension {
  const { regs } = vector;
  const controls = controlsOf(vector, regs.cr0, regs.cr4, regs.efer);
  const keys = { pkru: Number(regs.pkru ?? 0), pkrs: Number(regs.pkrs ?? 0), ac: regs.ac === 1 };
  const format = FORMATS[vector.guestMode as FormatName];
  return new Dimension(format, Number(BigInt(regs.cr3) & ROOT_BITS), { ...controls, ...keys });
}

function hostOf(vector: Vector): Dimension | null {
  const { nested } = vector;
  if (nested === null) return null;
  if (nested.kind === 'ept')
    return new Dimension(FORMATS.ept, Number(BigInt(nested.eptp!) & ROOT_BITS), {
      ...DEFAULT_CONTROLS,
      maxPhyAddr: vector.maxPhyAddr,
      eptAccessedDirty: nested.accessedDirty!,
      modeBasedExecute: nested.modeBasedExecute!,
    });
  const controls = controlsOf(vector, nested.hcr0!, nested.hcr4!, nested.hefer!);
  return new Dimension(FORMATS[nested.hostMode as FormatName], Number(BigInt(nested.ncr3!) & ROOT_BITS), controls);
}

const ROOT_BITS = 0xf_ffff_ffff_ffffn;

function controlsOf(vector: Vector, cr0: Hex, cr4: Hex, efer: Hex): PagingControls {
  const bit = (register: Hex, position: number) => ((BigInt(register) >> BigInt(position)) & 1n) === 1n;
  return {
    ...DEFAULT_CONTROLS,
    maxPhyAddr: vector.maxPhyAddr,
    page1gb: vector.page1gb ?? true,
    // Without PAE there is no bit 63 to be reserved or to forbid fetches.
    nxe: bit(cr4, 5) && bit(efer, 11),
    wp: bit(cr0, 16),
    pse: bit(cr4, 4),
    pge: bit(cr4, 7),
    smep: bit(cr4, 20),
    smap: bit(cr4, 21),
    pke: bit(cr4, 22),
    pks: bit(cr4, 24),
  };
}

function outcomeOf(vector: Vector, walker: Walker, status: number, offset: number): Record<string, unknown> {
  const size = (shift: number) => (shift === 0 ? null : 2 ** shift);
  switch (status) {
    case WALK.ok:
      return {
        kind: 'ok',
        pa: hex(addressOf(walker.frame) + offset),
        guestPageSize: size(walker.guestShift),
        ...(vector.nested === null ? {} : { hostPageSize: size(walker.hostShift) }),
        global: walker.global,
      };
    case WALK.guestFault:
      return { kind: 'pf', errorCode: walker.errorCode, cr2: vector.access.linear };
    case WALK.nestedFault: {
      const gpa = walker.faultGpa + (walker.faultInTable ? 0 : offset);
      if (vector.nested!.kind === 'ept') return eptOutcome(vector, walker, 'access', offset);
      return { kind: 'npf', exitInfo1: hex(walker.exitInfo1), exitInfo2: hex(gpa) };
    }
    default:
      return { kind: 'gp', at: 'access' };
  }
}

function eptOutcome(vector: Vector, walker: Walker, at: 'access' | 'load', offset: number): Record<string, unknown> {
  const gpa = hex(walker.faultGpa + (walker.faultInTable ? 0 : offset));
  if (walker.misconfigured) return { kind: 'eptMisconfig', gpa, at };
  const linear = at === 'access';
  const advanced = vector.nested!.advancedExitInfo && linear ? walker.advancedQualification : 0;
  const gla = linear ? vector.access.linear : '0x0';
  return { kind: 'eptViolation', qualification: hex(walker.qualification(linear) | advanced), gpa, gla, at };
}

class Log implements WalkObserver {
  readonly reads: string[] = [];
  readonly writes: string[] = [];

  reference(dimension: number, level: number, address: number): void {
    this.reads.push(`${'gn'[dimension]}${level}@${hex(address)}`);
  }

  update(dimension: number, level: number, address: number, low: number, high: number): void {
    this.writes.push(`${'gn'[dimension]}${level}@${hex(address)}=${hex64(low, high)}`);
  }
}

function writeWord(memory: PhysicalMemory, address: Hex, value: Hex): void {
  const at = Number(address);
  const halves = BigInt(value);
  memory.write(pageOf(at), offsetOf(at) >> 2, Number(BigInt.asIntN(32, halves)));
  memory.write(pageOf(at), (offsetOf(at) >> 2) + 1, Number(BigInt.asIntN(32, halves >> 32n)));
}

function changed(before: Words, memory: PhysicalMemory): Words {
  const after: Words = {};
  // Only words listed in `mem` can be present entries, so only they can change; a write elsewhere shows in `writes`.
  for (const [address, value] of Object.entries(before)) {
    const at = Number(address);
    const word = offsetOf(at) >> 2;
    const now = hex64(memory.read(pageOf(at), word), memory.read(pageOf(at), word + 1));
    if (now !== value) after[address] = now;
  }
  return after;
}

/** JSON with the keys of objects in order; of nothing, `undefined`. */
function canonical(value: unknown): string {
  const sort = (_key: string, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return value === undefined ? 'undefined' : JSON.stringify(value, sort);
}

function hex(value: number): Hex {
  return `0x${value.toString(16)}`;
}

function hex64(low: number, high: number): Hex {
  return `0x${((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString(16)}`;
}
