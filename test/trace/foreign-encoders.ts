/** The two foreign formats written from rows: the inverse of the importers, from the formats' descriptions. */
import type { Row } from './hand-made.js';

const VRUNS_KINDS = [
  '',
  'mmap',
  'munmap',
  'mprotect',
  'brk',
  'madvise',
  'mremap',
  'threadStart',
  'threadSwitch',
  'fork',
  'exec',
  'exit',
  'systemCall',
  'initialMapping',
];

export class VrunsEncoder {
  private readonly lastPage = [0, 0];

  encode(rows: readonly Row[]): Buffer {
    return Buffer.from(rows.flatMap((row) => this.record(row)));
  }

  private record({ kind, page, count, operands }: Row): number[] {
    if (page === null) return [VRUNS_KINDS.indexOf(kind) * 2 + 1, ...operands.map(Number)].flatMap(leb128);
    const dataClass = kind === 'fetch' ? 0 : 1;
    const delta = page - this.lastPage[dataClass]!;
    this.lastPage[dataClass] = page;
    const zigzag = delta >= 0 ? 2 * delta : -2 * delta - 1;
    return [zigzag * 8 + (kind === 'write' ? 4 : 0) + dataClass * 2, count - 1].flatMap(leb128);
  }
}

function leb128(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb128(Math.floor(value / 128))];
}

const VMTRACE_KINDS = ['', 'read', 'tableWrite', 'cr3Write', 'invlpg', 'pageFault', 'tableSnapshot', 'fetch'];

export function encodeVmtrace(rows: readonly Row[]): Buffer {
  return Buffer.concat(rows.map(vmtraceRecord));
}

function vmtraceRecord({ kind, page, count, operands }: Row): Buffer {
  const record = Buffer.alloc(24);
  record.writeUInt8(kind === 'write' ? 1 : VMTRACE_KINDS.indexOf(kind), 0);
  record.writeUInt32LE(count, 4);
  const [first = 0n, second = 0n, third = 0n] = operands;
  if (page !== null) {
    record.writeUInt8(kind === 'write' ? 1 : 0, 1);
    record.writeBigUInt64LE(BigInt(page) * 4096n + (operands.length === 2 ? second : first & 0xfffn), 8);
    record.writeBigUInt64LE(first, 16);
  } else if (operands.length === 3) {
    record.writeUInt8(Number(first), 1);
    record.writeBigUInt64LE(second, 8);
    record.writeBigUInt64LE(third, 16);
  } else {
    record.writeBigUInt64LE(first, 8);
  }
  return record;
}
