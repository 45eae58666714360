/**
 * The rows of a trace, and the batches in which they travel from a file or a generator to a replay.
 *
 * A row is a reference run (`fetch`, `read`, `write`) or an event. Runs stand in the order in which they start; an event
 * closes every open run. A run of kind `write` begins with a write, whatever follows it; a run of kind `read` holds no write.
 */

/** Row kinds. Reference kinds come first, so that the hot loop asks `kind <= LAST_REFERENCE`. */
export const KIND = {
  fetch: 0,
  read: 1,
  write: 2,
  initialMapping: 3,
  mmap: 4,
  munmap: 5,
  mprotect: 6,
  brk: 7,
  madvise: 8,
  mremap: 9,
  threadStart: 10,
  threadSwitch: 11,
  fork: 12,
  exec: 13,
  exit: 14,
  contextSwitch: 15,
  systemCall: 16,
  pageFault: 17,
  tableSnapshot: 18,
  tableWrite: 19,
  cr3Write: 20,
  invlpg: 21,
  cpuid: 22,
  io: 23,
  hlt: 24,
  rdmsr: 25,
  wrmsr: 26,
  interrupt: 27,
  cr0Write: 28,
  cr4Write: 29,
  cr3Read: 30,
  clts: 31,
  cr8Read: 32,
  cr8Write: 33,
  apicRead: 34,
  apicWrite: 35,
  exception: 36,
  vmcall: 37,
  sensitive: 38,
  initialPages: 39,
  initialHeap: 40,
  marker: 41,
} as const;

export type KindName = keyof typeof KIND;

export const LAST_REFERENCE = KIND.write;

/** Operands of each kind, in order. Pages are virtual page numbers (address / 4096); `prot`: 1 read, 2 write, 4 execute. */
export const OPERANDS = {
  // A reference may carry its guest-physical address, and its offset in the page where that address does not give it.
  fetch: ['gpa?', 'offset?'],
  read: ['gpa?', 'offset?'],
  write: ['gpa?', 'offset?'],
  initialMapping: ['page', 'pages', 'prot', 'flags'],
  mmap: ['page', 'pages', 'prot', 'flags'],
  munmap: ['page', 'pages'],
  mprotect: ['page', 'pages', 'prot'],
  brk: ['endPage'],
  madvise: ['page', 'pages', 'advice'],
  mremap: ['oldPage', 'oldPages', 'newPage', 'newPages'],
  threadStart: ['thread'],
  threadSwitch: ['thread'],
  fork: ['childSpace'],
  exec: [],
  exit: ['thread', 'wholeProcess'],
  contextSwitch: ['space'],
  systemCall: ['number'],
  pageFault: ['address'],
  tableSnapshot: ['level', 'entryGpa', 'value'],
  tableWrite: ['level', 'entryGpa', 'value'],
  cr3Write: ['value'],
  invlpg: ['address'],
  cpuid: [],
  io: ['port?'],
  hlt: [],
  rdmsr: ['msr?'],
  wrmsr: ['msr?'],
  interrupt: ['vector?'],
  cr0Write: ['value'],
  cr4Write: ['value'],
  cr3Read: [],
  clts: [],
  cr8Read: [],
  cr8Write: ['value'],
  // An access to the local APIC's page: the offset of its register.
  apicRead: ['offset'],
  apicWrite: ['offset', 'value?'],
  // An exception that is no page fault.
  exception: ['vector'],
  vmcall: [],
  // One of the 18 of src/vmm/sensitive-instructions.ts, by its place there.
  sensitive: ['instruction'],
  // Of a trace that begins in the midst of processes: pages that they have touched already, and how (bits of TOUCHED); the heap.
  // These and initialMapping are of the row's own space, whichever runs.
  initialPages: ['page', 'pages', 'touched'],
  initialHeap: ['startPage', 'endPage'],
  // A place that the program itself has named: see MARKER.
  marker: ['name'],
} as const satisfies Record<KindName, readonly string[]>;

/** Bits of `flags` in `mmap` and `initialMapping`. */
export const MAP_FLAG = { anonymous: 1, fixed: 2, shared: 4, stack: 8 } as const;

export const PROT = { read: 1, write: 2, execute: 4 } as const;

/**
 * Bits of `touched`: read, so that it is present, and of a file what surrounds it; written, so that it is a copy of its own; such a copy that
 * may not be written without a fault, because of a fork or its protection.
 */
export const TOUCHED = { read: 1, written: 2, copied: 4 } as const;

/** Places that a program names, by access("/vmmu:begin", 0) and the like. */
export const MARKER = { begin: 0, end: 1 } as const;

/** Kind names by number. */
export const KIND_NAMES: readonly KindName[] = Object.keys(KIND) as KindName[];

/**
 * A stretch of consecutive rows, struct of arrays. Arrays may be views of shared memory, and may be longer than `length`.
 * `operands` holds unsigned 64-bit values as pairs of 32-bit halves, low half first:
 * operand j of row i is at `2 * (operandStart[i] + j)`, and row i has `operandStart[i + 1] - operandStart[i]` operands.
 */
export interface EventBatch {
  readonly length: number;
  readonly kind: Uint8Array;
  /** Address space (process) that the row belongs to. */
  readonly space: Uint16Array;
  /** Dense page id of a reference (see PageDictionary); 0 for events. */
  readonly page: Uint32Array;
  /** References that the row stands for: see TraceCharacteristics.counts. */
  readonly count: Uint32Array;
  readonly operandStart: Uint32Array;
  readonly operands: Uint32Array;
}

/** What a trace holds and what it leaves out: written in its header, and decides what may be claimed of a replay. */
export interface TraceCharacteristics {
  /** `user`: a guest OS model makes the page tables. `full-system`: the guest's own table writes are in the trace. */
  readonly source: 'user' | 'full-system';
  readonly fetches: boolean;
  readonly data: boolean;
  readonly kernelReferences: boolean;
  readonly tableWrites: boolean;
  readonly physicalAddresses: boolean;
  /**
   * `exact`: `count` is the number of references of the run; events have 0.
   * `since-previous-row`: `count` is the number of data references since the previous row, on rows of every kind;
   * a fetch row stands for at least one fetch, how many is not known.
   */
  readonly counts: 'exact' | 'since-previous-row';
  /** The direct-mapped page filter used at capture: its number of sets, or null for a lossless trace. */
  readonly filterSets: number | null;
  /** Each run is of one 64-byte line, and says by its `offset` of which; absent or false where a run is of a page. */
  readonly lines?: boolean | undefined;
  /** `faults`: of the references only those that faulted are there, among all events; absent where nothing was chosen. */
  readonly sampled?: 'faults' | undefined;
}

/** Dense page ids of one trace: `vpn[id]` is the virtual page number of page `id`; ids are given in order of first use. */
export interface PageDictionary {
  readonly size: number;
  readonly vpn: Float64Array;
}

/** Some rows of a batch, without copying. */
export function rowsFrom(batch: EventBatch, from: number, to = batch.length): EventBatch {
  const { kind, space, page, count, operandStart, operands } = batch;
  return {
    length: to - from,
    kind: kind.subarray(from, to),
    space: space.subarray(from, to),
    page: page.subarray(from, to),
    count: count.subarray(from, to),
    operandStart: operandStart.subarray(from, to + 1),
    operands,
  };
}

/** The row of a batch with which so many references are over, or its end; and how many are then left. */
export function rowAfter({ count, length }: EventBatch, refs: number): { readonly row: number; readonly left: number } {
  let row = 0;
  let left = refs;
  for (; row < length && left > 0; row++) left -= count[row]!;
  return { row, left };
}

/** One operand as a number; exact below 2^53, as all but table entries and negative addresses are. */
export function operand(batch: EventBatch, row: number, index: number): number {
  const at = 2 * (batch.operandStart[row]! + index);
  return batch.operands[at]! + batch.operands[at + 1]! * 0x1_0000_0000;
}

/** Number of operands of a row. */
export function operandCount(batch: EventBatch, row: number): number {
  return batch.operandStart[row + 1]! - batch.operandStart[row]!;
}

/** A 64-bit operand that is an address, as its page number: exact for all 64-bit addresses. */
export function operandPage(batch: EventBatch, row: number, index: number): number {
  const at = 2 * (batch.operandStart[row]! + index);
  return batch.operands[at + 1]! * 0x10_0000 + (batch.operands[at]! >>> 12);
}
