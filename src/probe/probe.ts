/** One probe from beginning to end: the chases, each in a process of its own, then the C program. One after the other, so that none disturbs another. */
import { spawnSync } from 'node:child_process';
import { UsageError } from '../errors.js';
import { runArm, type ArmResult } from './arm.js';
import { LINE_BYTES, PAGE_BYTES } from './curve.js';
import { availableMib, environment } from './environment.js';
import { compileNative, runNative, type NativeProgram } from './native.js';
import type { Arm, Environment, Missing, Native, Probe } from './probe-file.js';
import { coarse } from './schedule.js';

export interface ProbeOptions {
  readonly seconds: number;
  /** MiB that the chases may take. */
  readonly memoryMib: number;
  /** Whether the C program is wanted. */
  readonly native: boolean;
  readonly signal: AbortSignal;
  /** Is told what is done, and what part of the whole since it was told before. */
  readonly onStep: (what: string, part: number) => void;
}

const DEFAULT_MIB = 1200;
/** Node itself, and the arrays that chains are drawn with. */
const BESIDE_MIB = 110;
const LEAST_PAGES = 16_384;
/** Dense lines of all footprints up to one: twice its own, and a few finer ones. */
const DENSE = 2.5;
/** Parts of the time. */
const SHARE = { small: 0.58, huge: 0.3, native: 0.12 };
/** More time for the C program adds nothing. */
const NATIVE_SECONDS = 10;

export async function probe(options: ProbeOptions): Promise<Probe> {
  const { seconds, signal } = options;
  const machine = environment();
  const pages = pagesWithin(options.memoryMib);
  const program = options.native ? await compileNative(signal) : { missing: 'not asked for (--no-native)' };
  try {
    const native = 'path' in program ? program : null;
    const smallSeconds = seconds * (SHARE.small + (native === null ? SHARE.native : 0));
    const small = await smallArm(machine, pages, smallSeconds, native, options);
    const huge = await hugeArm(machine, pages, seconds * SHARE.huge, options);
    const nativeSeconds = Math.min(NATIVE_SECONDS, seconds * SHARE.native);
    const spawnNs = leastSpawn();
    const prices: Native | Missing = 'path' in program ? await runNative(program, nativeSeconds, signal) : program;
    options.onStep('prices', 1);
    return {
      schema: 'vmmu/probe@1',
      environment: machine,
      clockGhz: 'prices' in prices ? 1 / prices.prices.additionNs : small.clockGhz,
      small: armOf(small),
      huge,
      spawnNs,
      native: prices,
    };
  } finally {
    if ('path' in program) await program.dispose();
  }
}

/** @param asked MiB; null: as much as is usual, or half of what is available */
export function memoryLimit(asked: number | null): number {
  const available = availableMib();
  if (asked === null) return Math.min(DEFAULT_MIB, Math.floor((available ?? 2 * DEFAULT_MIB) / 2));
  if (available !== null && asked > available)
    throw new UsageError(`--memory: found ${asked} MiB; ${available} MiB are available`);
  return asked;
}

/** Pages of the largest footprint for which there is room. */
export function pagesWithin(mib: number): number {
  const bytes = (mib - BESIDE_MIB) * 2 ** 20;
  const room = Math.floor(bytes / (PAGE_BYTES + DENSE * LINE_BYTES));
  const most = coarse(Math.max(0, room)).at(-1) ?? 0;
  if (most < LEAST_PAGES)
    throw new UsageError(
      `--memory: found ${mib} MiB; the chases need ${Math.ceil((LEAST_PAGES * (PAGE_BYTES + DENSE * LINE_BYTES)) / 2 ** 20) + BESIDE_MIB} MiB or more`,
    );
  return most;
}

/** Where the kernel gives pages of 2 MiB unasked, the C program keeps them away. */
async function smallArm(
  { hugePages }: Environment,
  pages: number,
  seconds: number,
  native: NativeProgram | null,
  { signal, onStep }: ProbeOptions,
): Promise<ArmResult> {
  const front = hugePages === 'always' && native !== null ? [native.path, 'nothp'] : [];
  const told = parts(SHARE.small, (part) => onStep('4 KiB pages', part));
  return runArm({ pages, seconds, onlyHuge: false }, {}, front, signal, told);
}

async function hugeArm(
  { hugePages }: Environment,
  pages: number,
  seconds: number,
  { signal, onStep }: ProbeOptions,
): Promise<Arm | Missing> {
  if (hugePages !== 'always' && hugePages !== 'madvise')
    return { missing: `transparent huge pages are ${hugePages ?? 'unknown to this system'}` };
  const environmentOf = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' }; // malloc asks for huge pages by madvise
  const told = parts(SHARE.huge, (part) => onStep('2 MiB pages', part));
  const arm = await runArm({ pages, seconds, onlyHuge: true }, environmentOf, [], signal, told);
  if (arm.measured !== null) return armOf(arm);
  return {
    missing: `only ${Math.round(100 * (arm.hugeShare ?? 0))}% of the buffer got pages of 2 MiB (glibc before 2.35, or no free memory in one piece)`,
  };
}

function armOf({ hugeShare, measured, residentMib }: ArmResult): Arm {
  const { curve, apart, rounds, stable, touchNs } = measured!;
  const points = curve.map(({ pages, spread, dense }) => ({ pages, spread: rounded(spread), dense: rounded(dense) }));
  return {
    hugeShare,
    points,
    apart: apart.map(([pages, time]) => ({ pages, ...rounded(time) })),
    rounds,
    stable,
    touchNs,
    residentMib,
  };
}

/** Picoseconds are enough. */
function rounded({ ns, noise }: { ns: number; noise: number }): { ns: number; noise: number } {
  return { ns: Math.round(1000 * ns) / 1000, noise: Math.ceil(1000 * noise) / 1000 };
}

function parts(share: number, tell: (part: number) => void): (done: number) => void {
  let told = 0;
  return (done) => {
    tell(share * (Math.min(1, done) - told));
    told = Math.min(1, done);
  };
}

/** Of a program that does nothing; null where there is none. */
function leastSpawn(): number | null {
  let least = Infinity;
  for (let times = 0; times < 20; times++) {
    const began = process.hrtime.bigint();
    if (spawnSync('true').status !== 0) return null;
    least = Math.min(least, Number(process.hrtime.bigint() - began));
  }
  return least;
}
