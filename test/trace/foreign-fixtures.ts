/** A small file of each foreign format, written from its documentation byte by byte, and what is in it, counted by hand. */
import { deflateSync } from 'node:zlib';
import type { TraceFormatName } from '../../src/trace/formats/index.js';

export interface Fixture {
  readonly bytes: Buffer;
  /** References: to each page that one touches. */
  readonly fetches: number;
  readonly data: number;
  /** Pages of 4 KiB, and those of them that are written. */
  readonly pages: number;
  readonly written: number;
  /** Events but for the mappings that the importer makes, in order. */
  readonly events?: readonly string[];
  readonly dropped?: Readonly<Record<string, number>>;
  /** Lengths at which a structure ends: cut there, the file may be whole. Others must be refused. */
  readonly wholeAt?: readonly number[];
}

const hex = (...parts: readonly string[]): Buffer => Buffer.from(parts.join('').replaceAll(/[\s|]/g, ''), 'hex');
const text = (...lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));
const nothing = (bytes: number): string => '00'.repeat(bytes);
/** Lengths up to that of `bytes`, `record` apart. */
const every = (record: number, records: number): number[] =>
  Array.from({ length: records }, (_, i) => record * (i + 1));

const CHAMPSIM = hex(
  // instruction pointer, branch, taken, registers | 2 stores | 4 loads
  `0000400000000000 00 00 0100 07000000 | ${nothing(16)} | 30d1cecd00100000 ${nothing(24)}`,
  `0400400000000000 01 01 1a00 19000000 | ${nothing(16)} | ${nothing(32)}`,
  `ff0f400000000000 00 00 0000 00000000 | 38d1cecd00100000 ${nothing(8)} | ${nothing(32)}`,
  // a load and a store to the same address, and a load of another page
  `0010400000000000 00 00 0000 00000000 | 0020cecd00100000 ${nothing(8)} | 0020cecd00100000 0030cecd00100000 ${nothing(16)}`,
);

const CLOUDSUITE = hex(
  // instruction pointer, branch, taken, registers, padding | 4 stores | 4 loads | asid, padding
  `0000400000000000 00 00 ${nothing(14)} | ${nothing(32)} | 30d1cecd00100000 ${nothing(24)} | 0700 ${nothing(6)}`,
  `0000400000000000 01 00 ${nothing(14)} | 30d1cecd00100000 ${nothing(24)} | ${nothing(32)} | 0900 ${nothing(6)}`,
  `0400400000000000 00 00 ${nothing(14)} | ${nothing(24)} 00d1cecd00100000 | ${nothing(32)} | 0700 ${nothing(6)}`,
);

const USER_RUNS = hex(
  '766d6d752d72756e73', // mark
  '80800102', // fetch page 0x400, 3 times
  '840201', // write page 0x10, twice
  '05090080400322ffffffffffffffffff0100808008', // call 9: mmap of 8192 bytes gives 0x20000
  '0700', // marker begin
  '820200', // read page 0x20, once
  '0800', // fetch page 0x3ff, once
  '0301', // thread 1
  '050b01802000000000eaffffffffffffffff01', // call 11: munmap of an odd address fails with EINVAL
  '09040102', // end: 4 fetches, 1 read, 2 writes
);

const DRMEMTRACE = hex(
  '1900 0000 0400000000000000', // header, version 4
  '1c00 0900 4006000000000000', // marker: file type x86-64, with encodings and numbers of system calls
  '1600 0400 11f5150000000000', // thread 1439505
  '1800 0400 10f5150000000000', // process 1439504
  '1c00 0200 00e1f50500000000', // marker: timestamp
  '1c00 1200 0010000000000000', // marker: page size 4096
  '2f00 0300 4889e70000000000', // encoding
  '0a00 0300 4059debebb7f0000', // instruction of 3 bytes
  '2f00 0500 e8b30c0000000000',
  '0e00 0500 ff5fdebebb7f0000', // call of 5 bytes, into the next page: two fetches
  '0100 0800 d856ccb4fe7f0000', // write of 8 bytes
  '0d00 0200 0060debebb7f0000', // conditional jump of version 4
  '3000 0200 0260debebb7f0000', // the same as taken, of version 5
  '0a00 0400 1060debebb7f0000',
  '0000 0800 0057ccb4fe7f0000', // a read and a write of one instruction to one place: one write
  '0100 0800 0057ccb4fe7f0000',
  '0000 1000 f85fccb4fe7f0000', // a read that crosses into the next page: two
  '1d00 0400 1060debebb7f0000', // the instruction again, not fetched
  '0000 0400 0057ccb4fe7f0000',
  '1100 0200 0304000000000000', // a bundle of two more
  '0400 4000 0057ccb4fe7f0000', // prefetch
  '1c00 0f00 0040050100000000', // marker: physical address
  '1c00 1100 0050ccb4fe7f0000', // marker: of this virtual address
  '1c00 1900 0101000000000000', // marker: system call 257
  '1c00 1b00 0101000000000000', // marker: the kernel's part of it
  '0a00 0400 00e08081ffffffff',
  '1c00 1c00 0101000000000000', // marker: end of that
  '1700 0400 11f5150000000000', // the thread ends
  '1a00 0000 0000000000000000', // footer
);

const GEM5_PACKETS = hex(
  '67656d35',
  '17 | 0a0e 6370752e6463616368652e6d6f6e | 18 80a094a58d1d', // header: obj_id, tick_freq
  '0f | 08 e807 | 10 01 | 18 b424 | 20 08 | 38 808080 02', // ReadReq 8 @ 0x1234 with a pc
  '0a | 08 e907 | 10 04 | 18 fc3f | 20 08', // WriteReq 8 @ 0x1ffc: two pages
  '0b | 08 ea07 | 10 01 | 18 8040 | 28 8002', // ReadReq @ 0x2000 with the flag of a fetch
  '08 | 08 eb07 | 10 07 | 18 8040', // WritebackDirty
);

const GEM5_INSTRUCTIONS = hex(
  '67656d35',
  '0a | 0a03 637075 | 18 e807 | 20 01', // header with has_mem
  '0e | 08 808080 02 | 15 03d50000 | 20 00 | 30 01', // pc 0x400000, a code of 4 bytes, cpu 0, IntAlu
  '13 | 08 848080 02 | 15 000040f9 | 30 1e | 42 05 | 08 8040 | 10 08', // MemRead 8 @ 0x2000
  '13 | 08 888080 02 | 4a 02 8907 | 30 1f | 42 06 | 08 fc3f | 10 8800', // MemWrite 8 @ 0x1ffc
);

/** Of each record the numbers of SIFT in their order. */
const SIFT_RECORDS = hex(
  '40 21 0000400000000000 30d1cecd00100000', // extended: 4 bytes, one address, not predicated
  '13 38d1cecd00100000', // simple: 3 bytes, one address
  '45', // simple: 5 bytes, a branch
  '30 32 0010400000000000 00e0cecd00100000 00f0cecd00100000', // extended: 3 bytes, two addresses, predicated and executed
  '00 02 0a000000 0900 0000000000000000', // system call 9
  '00 0e 10000000 edccecc000000000 0100000000000000', // physical address
  '00 18 12000000 00 03 0010400000000000 00e0cecd00100000', // cache only: a write
  '00 ff 00000000', // end
);
const SIFT_HEADER = '53494654 00000000 0000000000000000';

const CVP1 = hex(
  '0001400000000000 00 | 00 | 01 03 | efbeadde00000000', // alu: none read, x3 written
  '0401400000000000 01 | 0010ff7f00000000 08 | 01 02 | 01 03 | efbeadde00000000', // load
  '0801400000000000 02 | fc1fff7f00000000 08 | 02 02 03 | 00', // store that crosses
  '0c01400000000000 03 | 01 0001400000000000 | 01 40 | 00', // taken branch
  '0001400000000000 03 | 00 | 01 40 | 00', // not taken
  `0401400000000000 06 | 00 | 01 20 | ${nothing(16)}`, // fp, a vector register written
);

export const FIXTURES: Readonly<Partial<Record<TraceFormatName, Fixture>>> = {
  'records-csv': {
    bytes: text(
      'kind,space,address,count,operands',
      'mmap,0,,0,1024 2 3 1',
      'fetch,0,0x400000,3,',
      'write,0,0x401000,2,',
      'read,0,0xffffffffff600000,1,0 64',
      'systemCall,0,,0,39',
    ),
    fetches: 3,
    data: 3,
    pages: 3,
    written: 1,
    events: ['mmap', 'systemCall'],
    wholeAt: [34, 55, 75, 95, 128, 147],
  },
  'user-runs': {
    bytes: USER_RUNS,
    fetches: 4,
    data: 3,
    pages: 4,
    written: 1,
    events: ['systemCall', 'mmap', 'marker', 'threadStart', 'threadSwitch', 'systemCall'],
    wholeAt: [69],
  },
  champsim: { bytes: CHAMPSIM, fetches: 4, data: 4, pages: 5, written: 2, wholeAt: every(64, 4) },
  cloudsuite: {
    bytes: CLOUDSUITE,
    fetches: 3,
    data: 3,
    pages: 2,
    written: 1,
    events: ['contextSwitch', 'contextSwitch'],
    wholeAt: every(96, 3),
  },
  drmemtrace: {
    bytes: DRMEMTRACE,
    fetches: 8,
    data: 5,
    pages: 4,
    written: 1,
    events: ['systemCall', 'exit'],
    dropped: { prefetches: 1, 'physical addresses of pages': 1, 'references of the kernel': 1 },
  },
  'drmemtrace-view': {
    bytes: text(
      'Output format:',
      '<--record#-> <--instr#->: <---tid---> <record details>',
      '------------------------------------------------------------',
      '           1           0: W0.T3256418 <marker: version 4>',
      '           5           0: W0.T3256418 <marker: page size 4096>',
      '           9           1: W0.T3256418 ifetch       3 byte(s) @ 0x00007fc205a61940 48 89 e7             mov    %rsp -> %rdi',
      '          10           2: W0.T3256418 ifetch       5 byte(s) @ 0x00007fc205a61943 e8 b8 0c 00 00       call   $0x00007fc205a62600',
      '          11           2: W0.T3256418 write        8 byte(s) @ 0x00007fff9a9e3528 by PC 0x00007fc205a61943',
      '          12           2: W0.T3256418 read         8 byte(s) @ 0x00007fff9a9e2ffc by PC 0x00007fc205a61943',
      '          13           2: W0.T3256418 <marker: system call 257>',
      '          14           3: W0.T3256419 ifetch       2 byte(s) @ 0x00007fc205a62600 74 02                jz',
      'warning: something else',
    ),
    fetches: 3,
    data: 3,
    pages: 4,
    written: 1,
    events: ['systemCall', 'threadStart', 'threadSwitch'],
    dropped: { 'lines that are no records': 1 },
  },
  pinatrace: {
    bytes: text(
      '#',
      '# Memory Access Trace Generated By Pin',
      '0x7f3c8a1e2103: W 0x7ffd6c9a3a58',
      '0x7f3c8a1e2107: R 0x7ffd6c9a3a60',
      '0x7f3c8a1e2107: W 0x7ffd6c9a3a60',
      '0x7f3c8a1e210a: R 0x7ffd6c9a3ffc  8 0x1234',
      '#eof',
    ),
    fetches: 3,
    data: 4,
    pages: 3,
    written: 1,
  },
  'pin-records': {
    bytes: hex('49 0010400000000000', '52 0810400000000000', '57 d856ccb4fe7f0000', '49 0310400000000000'),
    fetches: 2,
    data: 2,
    pages: 2,
    written: 1,
    wholeAt: every(9, 4),
  },
  'pin-memtrace': {
    bytes: hex(
      'e803000000000000 0010400000000000 01 08',
      'e903000000000000 fc1f400000000000 00 08', // crosses
      'e903000000000000 d856ccb4fe7f0000 00 04',
    ),
    fetches: 0,
    data: 4,
    pages: 3,
    written: 3,
    wholeAt: every(18, 3),
  },
  dinero: {
    bytes: text('2 0', '0 1000', '1 70f60888', '2 4 anything', '3 0', '4 1000'),
    fetches: 2,
    data: 2,
    pages: 3,
    written: 1,
    dropped: { 'escape records (label 3)': 1, 'cache flushes (label 4)': 1 },
  },
  'gem5-packets': {
    bytes: GEM5_PACKETS,
    fetches: 1,
    data: 3,
    pages: 2,
    written: 2,
    dropped: { 'instruction pointers, which are virtual, of packets': 1, 'packets of command 7': 1 },
    wholeAt: [28, 44, 55, 67, 76],
  },
  'gem5-packets-text': {
    bytes: text('r,4660,8,1000', '7,w,8188,8,0,1001', 'r,8192,64,256,1002', 'u,8192,64,1003'),
    fetches: 1,
    data: 3,
    pages: 2,
    written: 2,
    dropped: { 'packets that are neither reads (1) nor writes (4)': 1 },
  },
  'gem5-instructions': {
    bytes: GEM5_INSTRUCTIONS,
    fetches: 3,
    data: 3,
    pages: 3,
    written: 2,
  },
  'gem5-instructions-text': {
    bytes: text(
      '1000                : (000/000) 0x0000d503 @ 0x00000000400000  :     IntAlu',
      '1500                : (000/000) 0xf9400000 @ 0x00000000400004  :    MemRead 0x2000-0x2008;',
      '2000                : (000/001) 0xf9000000 @ 0x00000000400008  :   MemWrite 0x1ffc-0x2004;',
    ),
    fetches: 3,
    data: 3,
    pages: 3,
    written: 2,
    events: ['threadStart', 'threadSwitch'],
  },
  sift: {
    bytes: Buffer.concat([hex(SIFT_HEADER), SIFT_RECORDS]),
    fetches: 4,
    data: 5,
    pages: 5,
    written: 1,
    events: ['systemCall'],
    dropped: { 'physical addresses': 1 },
  },
  cvp1: { bytes: CVP1, fetches: 6, data: 3, pages: 3, written: 2, wholeAt: [20, 50, 72, 93, 106, 134] },
  execlog: {
    bytes: text(
      '0, 0x401000, 0x48e78948, "mov %rsp, %rdi"',
      '0, 0x401003, 0xcb3e8, "callq 0x401cb8", store, 0x7fff9a9e3528',
      '0, 0x401cb8, 0x8344f0, "lock addl $0, (%rsp)", load, 0x7fff9a9e3528, store, 0x7fff9a9e3528',
      '1, 0x401cb8, 0xa4f3, "rep movsb", load, 0x7fff9a9e3528, store, 0x7fff9a9e4528',
    ),
    fetches: 4,
    data: 4,
    pages: 3,
    written: 2,
    events: ['threadStart', 'threadSwitch'],
  },
  text: {
    bytes: text('# a comment', 'R 0x7fff0010', 'w 7fff1010', '', 'I 401000', 'R 401008'),
    fetches: 1,
    data: 3,
    pages: 3,
    written: 1,
  },
  csv: {
    bytes: text(
      'time,addr,kind,size,tid,pid',
      '1.5,0x7fff0010,R,8,5,100',
      '1.6,7fff0ffc,write,8,5,100',
      '1.7, 0x401000 ,ifetch,4,6,100',
      '1.8,0x7fff0010,load,1,9,200',
    ),
    fetches: 1,
    data: 4,
    pages: 3,
    written: 2,
    events: ['threadStart', 'threadSwitch', 'contextSwitch', 'threadStart', 'threadSwitch'],
    dropped: { 'columns that hold something else': 1 },
  },
};

/** The same records behind a header that says that they are compressed. */
export const SIFT_ZLIB = Buffer.concat([hex('53494654 00000000 0100000000000000'), deflateSync(SIFT_RECORDS)]);

/** One thread of a process of drmemtrace: an instruction at each of the times. */
export function drmemtraceThread(thread: number, times: readonly number[], page: number): Buffer {
  return drmemtraceRecords(
    [22, 4, thread],
    [24, 4, 77],
    ...times.flatMap((time, at): [number, number, number][] => [
      [28, 2, time],
      [10, 4, page * 4096 + 4 * at],
    ]),
  );
}

/** Records by type, size and value, between a header and a footer. */
export function drmemtraceRecords(...records: readonly (readonly [number, number, number | bigint])[]): Buffer {
  return Buffer.concat(
    [[25, 0, 6] as const, ...records, [26, 0, 0] as const].map(([type, size, value]) => {
      const bytes = Buffer.alloc(12);
      bytes.writeUInt16LE(type, 0);
      bytes.writeUInt16LE(size, 2);
      bytes.writeBigUInt64LE(BigInt(value), 4);
      return bytes;
    }),
  );
}
