/** The events that were counted, as what the guest does for each. */
import type { InstructionName } from '../../vmm/instructions.js';
import { MAPPED, type MeasuredGuest } from './guest.js';

/** One event of a series. */
type Once = (at: number) => void;

export interface NestedEvent {
  readonly title: string;
  /** What the guest prepares before anything is counted. */
  readonly begin: (guest: MeasuredGuest) => Once;
}

const X2APIC = { icr: 0x830, eoi: 0x80b, timerCount: 0x838 };
const INTERCEPTED_MSR = 0x1b;
const FS_BASE = 0xc000_0100;
const PORT = 0x60;
const [CR0, CR4] = [0x8000_0001, 0xa0];
const [TS, WP, PGE] = [0x8, 0x1_0000, 0x80];
/** Memory that nobody has touched begins at 16 GiB. */
const FRESH = 2 ** 22;
/** What the program maps is a frame of its own. */
const DATA_FRAME = 1000;
/** Where pages lie for which so many tables are missing: each needs its own. */
const APART = [1, 2 ** 9, 2 ** 18, 2 ** 27] as const;

function executes(name: InstructionName, operand: number | null = null): NestedEvent['begin'] {
  return (guest) => () => guest.execute({ name, operand });
}

/** Pages so many frames apart. @param writes the accesses to each */
function firstTouches(stride: number, ...writes: readonly boolean[]): NestedEvent['begin'] {
  return (guest) => {
    guest.touchMemory(FRESH, true);
    return (at) => {
      for (const write of writes) guest.touchMemory(FRESH + (at + 1) * stride, write);
    };
  };
}

/** A page fault of the program's own: its handler makes the tables that are missing, linking each before the next, and sets the entry. */
function ownFault(tables: 0 | 1 | 2 | 3): NestedEvent['begin'] {
  return (guest) => {
    const top = guest.tableAbove(MAPPED, tables + 1);
    const first = tables === 3 ? 2 : 0; // entries of the root before it are in use
    return (at) => {
      const vpn = MAPPED + at * APART[tables];
      guest.touch(vpn);
      let table = top;
      for (let missing = tables; missing > 0; missing--) {
        const below = guest.newTable();
        guest.set(table, missing === tables ? first + at : 0, below);
        table = below;
      }
      guest.set(table, tables === 0 ? at : 0, DATA_FRAME);
      guest.touch(vpn);
    };
  };
}

export const NESTED_EVENTS = {
  cpuid: { title: 'CPUID', begin: executes('cpuid') },
  vmmcall: { title: 'VMMCALL', begin: executes('vmcall') },
  rdmsr: { title: 'RDMSR, intercepted', begin: executes('rdmsr', INTERCEPTED_MSR) },
  wrmsr: { title: 'WRMSR, intercepted', begin: executes('wrmsr', INTERCEPTED_MSR) },
  'port-io': { title: "port I/O handled in the kernel of L2's hypervisor", begin: executes('io', PORT) },
  'cr4-read': { title: 'CR4 read', begin: executes('cr4Read') },
  'cr4-write': { title: 'CR4 write of the same value', begin: executes('cr4Write', CR4) },
  'timer-set': { title: 'timer set', begin: executes('wrmsr', X2APIC.timerCount) },
  'port-io-user': {
    title: 'port I/O handled by a user process',
    begin: (guest) => () => guest.execute({ name: 'io', operand: PORT }, 'userSpace'),
  },
  'mmio-user': {
    title: 'MMIO handled by a user process',
    begin: (guest) => () => guest.execute({ name: 'apicRead', operand: 0 }, 'userSpace'),
  },
  'self-ipi': {
    title: 'IPI to oneself: ICR write, interrupt window, EOI',
    begin: (guest) => () => {
      guest.execute({ name: 'wrmsr', operand: X2APIC.icr });
      guest.execute({ name: 'interruptWindow', operand: null });
      guest.execute({ name: 'wrmsr', operand: X2APIC.eoi });
    },
  },
  'cr4-pge': {
    title: 'CR4.PGE toggled: a read and two writes',
    begin: (guest) => () => {
      guest.execute({ name: 'cr4Read', operand: null });
      for (const value of [CR4 & ~PGE, CR4]) guest.execute({ name: 'cr4Write', operand: value });
    },
  },
  'cr0-wp': {
    title: 'CR0.WP toggled: two writes',
    begin: (guest) => () => {
      for (const value of [CR0 | WP, CR0]) guest.execute({ name: 'cr0Write', operand: value });
    },
  },
  'cr3-same': { title: 'MOV CR3, same value', begin: (guest) => () => guest.cr3Write(false) },
  'cr3-switch': {
    title: 'MOV CR3, two switches',
    begin: (guest) => () => {
      for (const other of [true, false]) {
        guest.cr3Write(other);
        guest.touch(0);
      }
    },
  },
  invlpg: { title: 'INVLPG', begin: (guest) => () => guest.paging.invlpg(0) },
  'clear-set': {
    title: 'clear PTE, INVLPG, set PTE, touch',
    begin: (guest) => {
      const table = guest.tableAbove(MAPPED, 1);
      guest.set(table, 0, DATA_FRAME);
      return () => {
        guest.clear(table, 0);
        guest.paging.invlpg(MAPPED);
        guest.set(table, 0, DATA_FRAME);
        guest.touch(MAPPED);
      };
    },
  },
  'touch-4k': { title: 'first touch, pages 4 KiB apart', begin: firstTouches(1, true) },
  'touch-read-write': {
    title: 'first touch, read, then written, pages 4 KiB apart',
    begin: firstTouches(1, false, true),
  },
  'touch-2m': { title: 'first touch, pages 2 MiB apart', begin: firstTouches(2 ** 9, true) },
  'touch-1g': { title: 'first touch, pages 1 GiB apart', begin: firstTouches(2 ** 18, true) },
  'own-fault': { title: 'page fault of L2, whose handler sets one entry', begin: ownFault(0) },
  'own-fault-1': { title: 'the same with 1 new table', begin: ownFault(1) },
  'own-fault-2': { title: 'the same with 2 new tables', begin: ownFault(2) },
  'own-fault-3': { title: 'the same with 3 new tables', begin: ownFault(3) },
  'hlt-timer': {
    title: 'HLT until a timer 20 ms later',
    begin: (guest) => () => {
      guest.execute({ name: 'wrmsr', operand: X2APIC.timerCount });
      guest.execute({ name: 'hlt', operand: null }, 'sleep');
    },
  },
  tick: { title: 'timer tick of the hypervisor below', begin: executes('interrupt') },
  rdtsc: { title: 'RDTSC', begin: executes('rdtsc') },
  'msr-direct': { title: 'MSR that is not intercepted', begin: executes('wrmsr', FS_BASE) },
  'cr0-same': { title: 'CR0 write of the same value', begin: executes('cr0Write', CR0) },
  'cr0-ts': {
    title: 'CR0.TS set and cleared',
    begin: (guest) => () => {
      guest.execute({ name: 'cr0Write', operand: CR0 | TS });
      guest.execute({ name: 'clts', operand: null });
    },
  },
} as const satisfies Record<string, NestedEvent>;

export type NestedEventName = keyof typeof NESTED_EVENTS;
