/** The sensitive operations of the price table: a program that does each, and what it costs on bare metal. */
import { EVENT_GENERATORS } from '../../trace/generators/events/index.js';
import type { EventGenerator } from '../../trace/generators/event-generator.js';
import type { PricedOperation } from './native-prices.js';
import { cpuids, cr3Loads, execs, fileTouches, forks, invlpgs, protectionFaults, registerWrites } from './programs.js';

export interface Operation {
  readonly title: string;
  readonly program: EventGenerator;
  readonly given?: Readonly<Record<string, number>>;
  /** null: no price of it on bare metal is known. */
  readonly native: PricedOperation | null;
  /** Turns of the program's loop that are counted: whole rounds, where it goes in rounds. */
  readonly turns?: number;
}

const { cr8wr, ptemod, syscall, pgfault } = EVENT_GENERATORS;

export const OPERATIONS = {
  registerWrite: { title: 'privileged register write (CR4.PGE)', program: registerWrites, native: 'registerWrite' },
  taskPriority: { title: 'task priority (CR8)', program: cr8wr, native: 'taskPriority' },
  apicPriority: {
    title: 'task priority (APIC page)',
    program: EVENT_GENERATORS['tpr-storm'],
    given: { apic: 1 },
    native: null,
  },
  cpuid: { title: 'CPUID', program: cpuids, native: null },
  io: { title: 'I/O port read', program: EVENT_GENERATORS.in, native: 'portRead' },
  cr3Load: { title: 'CR3 load', program: cr3Loads, native: 'cr3Load' },
  invlpg: { title: 'INVLPG', program: invlpgs, native: null },
  tableWrite: { title: 'page-table write', program: ptemod, given: { pages: 256 }, native: 'tableWrite' },
  pageFault: { title: 'page fault, no table changed', program: pgfault, native: 'pageFault' },
  touch: { title: 'first touch of a file page', program: fileTouches, native: 'touch', turns: 512 },
  protectionFault: {
    title: 'write to a page that may not be written',
    program: protectionFaults,
    native: 'protectionFault',
  },
  systemCall: { title: 'system call', program: syscall, native: 'systemCall' },
  isolatedSystemCall: {
    title: 'system call, page-table isolation',
    program: syscall,
    given: { kpti: 1 },
    native: 'isolatedSystemCall',
  },
  contextSwitch: {
    title: 'context switch',
    program: EVENT_GENERATORS['switch-ring'],
    given: { processes: 2, pages: 16 },
    native: null,
  },
  fork: { title: 'fork, exit and wait', program: forks, native: 'fork', turns: 4 },
  exec: { title: 'exec', program: execs, native: 'exec', turns: 8 },
  mmap: {
    title: 'mmap, 16 touches, munmap',
    program: EVENT_GENERATORS['mmap-touch-munmap'],
    native: null,
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[];
