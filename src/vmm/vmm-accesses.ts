/**
 * Fields of the VMCS that the VMM reads and writes for an exit, by VMREAD and VMWRITE: after Linux `arch/x86/kvm/vmx/vmx.c`, in our own words.
 * A VMCB is ordinary memory, which takes no instruction of its own.
 */
import { EXIT_INFORMATION } from './vmcs.js';
import type { ExitCause } from './exits.js';

export interface FieldAccesses {
  /** Encodings. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

const RIP = 0x681e;
const CR3 = 0x6802;
const CS_ACCESS_RIGHTS = 0x4816;
const INTERRUPTIBILITY = 0x4824;
const ENTRY_INTERRUPTION_INFORMATION = 0x4016;
const ENTRY_ERROR_CODE = 0x4018;
const TPR_THRESHOLD = 0x401c;
const PRIMARY_CONTROLS = 0x4002;

/** What each exit reads, whatever its cause: vmx_vcpu_run, vmx_complete_interrupts, vmx_handle_exit. */
const EACH = [EXIT_INFORMATION.EXIT_REASON, EXIT_INFORMATION.IDT_VECTORING_INFORMATION, RIP];
const QUALIFICATION = [EXIT_INFORMATION.EXIT_QUALIFICATION];
/** An instruction carried out for the guest, which goes on behind it: skip_emulated_instruction. */
const SKIP: FieldAccesses = {
  reads: [EXIT_INFORMATION.INSTRUCTION_LENGTH, INTERRUPTIBILITY],
  writes: [RIP],
};
const FAULT: FieldAccesses = {
  reads: [
    ...QUALIFICATION,
    EXIT_INFORMATION.EXIT_INTERRUPTION_INFORMATION,
    EXIT_INFORMATION.EXIT_INTERRUPTION_ERROR_CODE,
  ],
  writes: [],
};

function and(...all: readonly FieldAccesses[]): FieldAccesses {
  return { reads: all.flatMap(({ reads }) => reads), writes: all.flatMap(({ writes }) => writes) };
}

function reading(reads: readonly number[], writes: readonly number[] = []): FieldAccesses {
  return { reads, writes };
}

/** A page fault that the VMM injects instead of filling: vmx_queue_exception. */
const INJECT = reading([], [ENTRY_INTERRUPTION_INFORMATION, ENTRY_ERROR_CODE]);
/** The instruction is fetched and decoded: segment and privilege are looked at, the next instruction pointer is written. */
const EMULATE = reading([CS_ACCESS_RIGHTS, INTERRUPTIBILITY], [RIP]);
const REGISTER = and(reading(QUALIFICATION), SKIP);

const OF_CAUSE: Partial<Record<ExitCause, FieldAccesses>> = {
  hiddenFault: FAULT,
  unsync: FAULT,
  adUpdate: FAULT,
  guestFault: and(FAULT, INJECT),
  tableWrite: and(FAULT, EMULATE),
  exception: and(FAULT, INJECT),
  nestedFault: reading([...QUALIFICATION, EXIT_INFORMATION.GUEST_PHYSICAL_ADDRESS]),
  mmioFault: and(FAULT, EMULATE),
  mmio: and(reading([EXIT_INFORMATION.GUEST_PHYSICAL_ADDRESS]), EMULATE),
  apicAccess: and(reading(QUALIFICATION), EMULATE),
  tprBelowThreshold: reading([], [TPR_THRESHOLD]),
  interruptWindow: reading([PRIMARY_CONTROLS], [PRIMARY_CONTROLS]),
  sliceEnd: reading([EXIT_INFORMATION.EXIT_INTERRUPTION_INFORMATION]),
  interrupt: reading([EXIT_INFORMATION.EXIT_INTERRUPTION_INFORMATION]),
  cr0Write: REGISTER,
  cr3Write: and(REGISTER, reading([], [CR3])),
  cr3Read: REGISTER,
  cr4Write: REGISTER,
  cr8Read: REGISTER,
  cr8Write: REGISTER,
  invlpg: REGISTER,
  io: REGISTER,
  sgdt: REGISTER,
  sidt: REGISTER,
  sldt: REGISTER,
  str: REGISTER,
};

/** An instruction of no other kind is carried out and skipped. */
export function fieldAccesses(cause: ExitCause): FieldAccesses {
  return and(reading(EACH), OF_CAUSE[cause] ?? SKIP);
}
