/** The user program of a script: a loop in one page of code, and memory of its own. Below 4 GiB, so that guests of every mode can run it. */
import { MAP_FLAG, PROT } from '../event.js';
import type { Script } from './script.js';

export const CODE = 0x400;
/** First page of its memory: the beginning of a region that can be mapped by large pages. */
export const MEMORY = 0x4_0000;

export const READ_WRITE = PROT.read | PROT.write;

/** Numbers of Linux's system calls. */
export const CALL = {
  read: 0,
  write: 1,
  mmap: 9,
  mprotect: 10,
  munmap: 11,
  pread64: 17,
  pwrite64: 18,
  getpid: 39,
  accept: 43,
  sendto: 44,
  recvfrom: 45,
  fork: 57,
  execve: 59,
  wait4: 61,
  exitGroup: 231,
} as const;

/** Maps the code and runs into it, so that an operation meets no first touch. */
export function startProgram(script: Script): void {
  script.event('initialMapping', CODE, 1, PROT.read | PROT.execute, 0);
  script.reference('fetch', CODE);
}

/** Maps private memory and writes each of its pages. */
export function takeMemory(script: Script, pages: number): void {
  script.event('mmap', MEMORY, pages, READ_WRITE, MAP_FLAG.anonymous);
  script.touch('write', MEMORY, pages);
}

/** The process that runs from here on. */
export function switchTo(script: Script, space: number): void {
  script.event('contextSwitch', space);
  script.space = space;
}

/** The process that runs forks. */
export function fork(script: Script, child: number): void {
  script.reference('fetch', CODE);
  script.event('systemCall', CALL.fork);
  script.event('fork', child);
}

/** The child that runs exits, and its parent goes on. */
export function exitTo(script: Script, child: number, parent: number): void {
  script.event('systemCall', CALL.exitGroup);
  script.event('exit', child, 1);
  switchTo(script, parent);
}
