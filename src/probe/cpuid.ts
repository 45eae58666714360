/** Entries of the data TLB as CPUID states them: AMD's leaves 8000_0005 and 8000_0006, Intel's leaf 18. A hypervisor answers instead of the processor. */
import type { Environment, Native } from './probe-file.js';

export interface StatedTlb {
  /** Entries for 4 KiB pages; null: it states none. */
  readonly first: number | null;
  readonly second: number | null;
  readonly leaves: string;
}

export function statedTlb(cpuid: Native['cpuid'], vendor: Environment['vendor']): StatedTlb {
  return vendor === 'amd' ? amd(cpuid) : intel(cpuid);
}

function registers(cpuid: Native['cpuid'], leaf: string): readonly [number, number, number, number] | null {
  const text = cpuid[leaf];
  if (text === undefined) return null;
  const [a, b, c, d] = text.split('.').map((one) => parseInt(one, 16));
  return [a!, b!, c!, d!];
}

/** Fn8000_0005 EBX[23:16], Fn8000_0006 EBX[27:16]: data TLB for 4 KiB pages. */
function amd(cpuid: Native['cpuid']): StatedTlb {
  const first = registers(cpuid, '80000005.0');
  const second = registers(cpuid, '80000006.0');
  return {
    first: first === null ? null : (first[1] >>> 16) & 0xff || null,
    second: second === null ? null : (second[1] >>> 16) & 0xfff || null,
    leaves: '8000_0005 and 8000_0006',
  };
}

/** Leaf 18: EDX[4:0] type (1 data, 3 unified, 4 load), EDX[7:5] level, EBX[0] 4 KiB, EBX[31:16] ways, ECX sets. */
function intel(cpuid: Native['cpuid']): StatedTlb {
  const found = { first: 0, second: 0 };
  for (const leaf of Object.keys(cpuid).filter((name) => name.startsWith('18.'))) {
    const [, b, c, d] = registers(cpuid, leaf)!;
    if (![1, 3, 4].includes(d & 0x1f) || (b & 1) === 0) continue;
    const level = (d >>> 5) & 7;
    if (level === 1) found.first += (b >>> 16) * c;
    if (level === 2) found.second += (b >>> 16) * c;
  }
  return { first: found.first || null, second: found.second || null, leaves: '18' };
}
