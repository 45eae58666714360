/** Programs that do one sensitive thing again and again, beside those that `vmmu trace gen` has. */
import { MAP_FLAG, PROT } from '../../trace/event.js';
import { eventGenerator } from '../../trace/generators/event-generator.js';
import {
  CALL,
  CODE,
  exitTo,
  fork,
  MEMORY,
  READ_WRITE,
  startProgram,
  switchTo,
  takeMemory,
} from '../../trace/generators/program.js';
import { entryTo, FIRST_DATA_FRAME, RecordedTables } from '../../trace/generators/recorded-tables.js';

const ROOT = 0x100;
const PAE = 0x20;
const PGE = 0x80;

/** CR4.PGE off and on: how a kernel of that time drops global translations. */
export const registerWrites = eventGenerator({
  description: 'writes of CR4 that change PGE',
  source: 'user',
  begin(script) {
    startProgram(script);
    return (operation) => {
      script.reference('fetch', CODE);
      script.event('cr4Write', operation % 2 === 0 ? PAE : PAE | PGE);
    };
  },
});

export const cpuids = eventGenerator({
  description: 'CPUID',
  source: 'user',
  begin(script) {
    startProgram(script);
    return () => {
      script.reference('fetch', CODE);
      script.event('cpuid');
    };
  },
});

/** A kernel with one page of code. */
const kernel = (what: 'MOV to CR3' | 'INVLPG') =>
  eventGenerator({
    description: `${what}, of the value and the page in use`,
    source: 'full-system',
    begin(script) {
      new RecordedTables(script, ROOT).map(CODE, FIRST_DATA_FRAME);
      script.event('cr3Write', ROOT * 4096);
      script.reference('fetch', CODE);
      return () => {
        if (what === 'INVLPG') script.event('invlpg', CODE * 4096);
        else script.event('cr3Write', ROOT * 4096);
        script.reference('fetch', CODE);
      };
    },
  });

export const cr3Loads = kernel('MOV to CR3');
export const invlpgs = kernel('INVLPG');

const FILE_PAGES = 512;
const DONT_NEED = 4;

/** lat_pagefault of lmbench: the pages of a file that is in memory already, each read once; then the mapping is emptied. */
export const fileTouches = eventGenerator({
  description: `reads of ${FILE_PAGES} pages of a mapped file, each once; then the mapping is emptied`,
  source: 'user',
  begin(script) {
    startProgram(script);
    script.event('mmap', MEMORY, FILE_PAGES, PROT.read, 0);
    return (operation) => {
      const page = operation % FILE_PAGES;
      if (page === 0) script.event('madvise', MEMORY, FILE_PAGES, DONT_NEED);
      script.reference('read', MEMORY + page);
    };
  },
});

const KERNEL_ROOT = 0x200;
const READ_ONLY = ~2;

/**
 * lat_sig prot of lmbench, less the cost of its signal: the kernel finds that the page may not be written; no table changes. With page-table
 * isolation CR3 is loaded on the way in and on the way out.
 */
export const protectionFaults = eventGenerator({
  description: 'writes to a page that may not be written, with page-table isolation',
  source: 'full-system',
  begin(script) {
    const tables = new RecordedTables(script, ROOT);
    tables.map(CODE, FIRST_DATA_FRAME);
    script.event('tableSnapshot', 1, tables.leafAddress(MEMORY), entryTo(FIRST_DATA_FRAME + 1) & READ_ONLY);
    new RecordedTables(script, KERNEL_ROOT).map(CODE, FIRST_DATA_FRAME);
    script.event('cr3Write', ROOT * 4096);
    script.reference('read', MEMORY);
    return () => {
      script.reference('fetch', CODE);
      script.event('pageFault', MEMORY * 4096);
      script.event('cr3Write', KERNEL_ROOT * 4096);
      script.reference('fetch', CODE);
      script.event('cr3Write', ROOT * 4096);
    };
  },
});

/**
 * `lat_proc fork` of lmbench 3.0-a9 as Debian 12 has it (glibc 2.36), as measured: present pages of files and of its own by region, from
 * /proc/self/smaps; 26 page faults of a child and 3 of the parent for each fork, from `perf record -e page-faults -d`, by the region of their
 * address.
 */
const REGIONS = [
  { file: 10, own: 2, childReads: 3, childWrites: 1, parentWrites: 1 }, // the program
  { file: 0, own: 1, childReads: 0, childWrites: 0, parentWrites: 0 }, // its heap
  { file: 205, own: 14, childReads: 7, childWrites: 8, parentWrites: 1 }, // libc
  { file: 41, own: 4, childReads: 3, childWrites: 2, parentWrites: 0 }, // the linker
  { file: 0, own: 3, childReads: 0, childWrites: 2, parentWrites: 1 }, // the stack
] as const;
/** Pages from one region to the next: each is in a leaf table of its own. */
const APART = 512;
/** Pages that a fault in a file maps: one of them is read. */
const AROUND = 16;
const PARENT = 0;
const CHILD = 1;

/** lat_proc fork, and forkwait: fork; the child exits; the parent waits. */
export const forks = eventGenerator({
  description: 'fork, exit and wait: lat_proc of lmbench',
  source: 'user',
  begin(script) {
    const places = REGIONS.map((region, at) => ({
      ...region,
      files: MEMORY + at * APART,
      owns: MEMORY + at * APART + 256,
    }));
    startProgram(script);
    for (const { file, own, files, owns } of places) {
      if (file > 0) script.event('mmap', files, file, PROT.read | PROT.execute, 0);
      script.event('mmap', owns, own, READ_WRITE, MAP_FLAG.anonymous);
      script.touch('read', files, file);
      script.touch('write', owns, own);
    }
    return () => {
      fork(script, CHILD);
      script.reference('fetch', CODE);
      script.event('systemCall', CALL.wait4);
      switchTo(script, CHILD);
      for (const { files, owns, childReads, childWrites } of places) {
        for (let window = 0; window < childReads; window++) script.reference('read', files + window * AROUND);
        script.touch('write', owns, childWrites);
      }
      exitTo(script, CHILD, PARENT);
      for (const { owns, parentWrites } of places) script.touch('write', owns, parentWrites);
    };
  },
});

const PROGRAM_PAGES = 64;

export const execs = eventGenerator({
  description: `exec of a program that touches ${PROGRAM_PAGES} pages`,
  source: 'user',
  begin(script) {
    startProgram(script);
    return () => {
      script.event('exec');
      startProgram(script);
      takeMemory(script, PROGRAM_PAGES);
    };
  },
});
