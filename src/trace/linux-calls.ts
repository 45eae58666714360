/** What system calls of Linux on x86-64 do to a process's memory, as rows of a user trace. Calls that do nothing to it are rows alone. */
import { MAP_FLAG } from './event.js';
import type { UserRows } from './user-rows.js';

export const CALLS = {
  mmap: 9,
  mprotect: 10,
  munmap: 11,
  brk: 12,
  mremap: 25,
  madvise: 28,
  clone: 56,
  fork: 57,
  vfork: 58,
  execve: 59,
  exit: 60,
  wait4: 61,
  exitGroup: 231,
  execveat: 322,
  clone3: 435,
} as const;

const PAGE = 4096;
/** Bits of mmap's flags: asm-generic/mman.h. */
const LINUX_MAP = {
  shared: 1,
  fixed: 0x10,
  anonymous: 0x20,
  growsDown: 0x100,
  stack: 0x2_0000,
  fixedNoReplace: 0x10_0000,
};
/** Bit of clone's flags: the child is a thread. */
export const CLONE_THREAD = 0x1_0000;

/** The least result that is an error number: -4095, unsigned, as near as a double comes. */
const FIRST_ERROR = 2 ** 64 - 4096;

/** @param result as an unsigned number */
export function isError(result: number): boolean {
  return result >= FIRST_ERROR;
}

const pageOf = (address: number): number => Math.floor(address / PAGE);
const pagesOf = (bytes: number): number => Math.ceil(bytes / PAGE);

/**
 * The rows of a call that has succeeded. Forks, execs and exits are told of by who knows the process they make or end.
 * @param args as numbers, addresses in bytes @param result what it returned
 */
export function systemCallRows(rows: UserRows, number: number, args: readonly number[], result: number): void {
  rows.systemCall(number);
  mappingRows(rows, number, args, result);
}

/** Of these rows those that say what it did to memory, where the row of the call itself stands elsewhere. */
export function mappingRows(rows: UserRows, number: number, args: readonly number[], result: number): void {
  const [first = 0, second = 0, third = 0, fourth = 0] = args;
  switch (number) {
    case CALLS.mmap:
      return rows.mmap(pageOf(result), pagesOf(second), third & 7, mapFlags(fourth));
    case CALLS.munmap:
      return rows.munmap(pageOf(first), pagesOf(second));
    case CALLS.mprotect:
      return rows.mprotect(pageOf(first), pagesOf(second), third & 7);
    case CALLS.madvise:
      return rows.madvise(pageOf(first), pagesOf(second), third);
    case CALLS.mremap:
      return rows.mremap(pageOf(first), pagesOf(second), pageOf(result), pagesOf(third));
    case CALLS.brk:
      return rows.brk(pagesOf(result));
  }
}

function mapFlags(flags: number): number {
  return (
    ((flags & LINUX_MAP.anonymous) !== 0 ? MAP_FLAG.anonymous : 0) |
    ((flags & (LINUX_MAP.fixed | LINUX_MAP.fixedNoReplace)) !== 0 ? MAP_FLAG.fixed : 0) |
    ((flags & LINUX_MAP.shared) !== 0 ? MAP_FLAG.shared : 0) |
    ((flags & (LINUX_MAP.stack | LINUX_MAP.growsDown)) !== 0 ? MAP_FLAG.stack : 0)
  );
}
