/** One virtual processor: which instructions and events leave it, and what an exit and the entry after it move. */
import type { ExitDetail, SvmExit, VmxExit } from './exit-information.js';
import type { ExitCause } from './exits.js';
import type { Instruction } from './instructions.js';
import type { TablesInUse } from './setup.js';

/** Registers that the model follows: the live ones, and those of a control structure. */
export interface Registers {
  readonly cr0: number;
  readonly cr2: number;
  readonly cr3: number;
  readonly cr4: number;
  /** The task priority, 0 to 15. */
  readonly cr8: number;
}

/** What exits and entries have moved. */
export interface StateTraffic {
  /** Fields of guest and host state that the hardware loaded, and stored, exit information included. */
  stateLoads: number;
  stateStores: number;
  /** Instructions of the VMM on its control structure; AMD-V has none. */
  vmreads: number;
  vmwrites: number;
  /** Fields that VMRUN left alone because the VMM had marked them clean. */
  cleanSkips: number;
}

export interface Vcpu {
  /** Of the last exit. */
  readonly exit: VmxExit | SvmExit | null;
  readonly registers: Registers;
  readonly traffic: StateTraffic;
  /** From now on the hardware walks these tables: the VMM fills the controls anew. */
  use(tables: TablesInUse): void;
  /** Values with which MOV to CR3 does not exit, by the VMM's last exit. */
  setCr3Targets(values: readonly number[]): void;
  /** Carries out an instruction in the guest; what it exits for, or null where it runs on. */
  execute(instruction: Instruction): ExitCause | null;
  /** Whether an event exits that the paging strategy meets: a page fault, MOV to CR3, INVLPG, a nested page fault. */
  exits(cause: ExitCause, detail: ExitDetail): boolean;
  /**
   * A VM exit and the entry after it: guest state is stored and host state loaded as one, then guest state is loaded again.
   * @param cr3 the real one, which with shadow tables is not the guest's
   */
  roundTrip(cause: ExitCause, detail: ExitDetail, cr3: number): void;
}

export function noTraffic(): StateTraffic {
  return { stateLoads: 0, stateStores: 0, vmreads: 0, vmwrites: 0, cleanSkips: 0 };
}

const PE_PG = 0x8000_0001;
const PAE_PGE = 0xa0;

/** A guest that has paging on. */
export function firstRegisters(): Registers {
  return { cr0: PE_PG, cr2: 0, cr3: 0, cr4: PAE_PGE, cr8: 0 };
}
