/**
 * VM exits as data: why the model leaves the guest, and what the hardware calls it. The kernel of a paravirtual guest runs deprivileged on
 * the bare machine, and enters the VMM by system calls and faults: neither VT-x nor AMD-V has an exit for those.
 *
 * VMX basic exit reasons: Intel SDM vol. 3D, appendix C. SVM exit codes: AMD APM vol. 2, appendix C.
 */

import { GUEST_HYPERVISOR_EXITS } from './guest-hypervisor-exits.js';

/** What the hardware calls a VM exit, and what it is. */
export interface ExitDefinition {
  /** null: VT-x has no exit for it. */
  readonly vmx: { readonly number: number; readonly name: string } | null;
  /** null: AMD-V has no exit for it. */
  readonly svm: { readonly code: number; readonly name: string } | null;
  /** Exits on behalf of address translation differ between strategies; the others must not. */
  readonly memory: boolean;
  readonly definition: string;
}

const EXCEPTION = { number: 0, name: 'exception or NMI' } as const;
const PAGE_FAULT = { code: 0x4e, name: 'VMEXIT_EXCP_PF' } as const;
const MSR = { code: 0x7c, name: 'VMEXIT_MSR' } as const;
const CONTROL_REGISTER = { number: 28, name: 'control-register access' } as const;
const GDTR_IDTR = { number: 46, name: 'access to GDTR or IDTR' } as const;
const LDTR_TR = { number: 47, name: 'access to LDTR or TR' } as const;

/** Entries of a deprivileged guest into the VMM: no hardware exit. Hypercalls by name, as in Xen's `public/xen.h`. */
const ENTRIES = {
  mmuUpdate: entry(true, 'hypercall mmu_update: entries of page tables are checked and written'),
  vaMappingUpdate: entry(true, 'hypercall update_va_mapping: the leaf of one page is checked and written'),
  mmuextOp: entry(
    true,
    'hypercall mmuext_op: a table is pinned or unpinned, CR3 loaded, a TLB entry or all of them removed',
  ),
  multicall: entry(true, 'hypercall multicall: several hypercalls at once'),
  trappedTableWrite: entry(true, 'a store to a read-only page table faults: the VMM checks it and carries it out'),
  bouncedFault: entry(true, "page fault that the guest's own tables raise: the VMM calls the guest's handler"),
  iret: entry(
    false,
    'hypercall iret: back from a system call, a fault or an interrupt, to where the guest kernel came from',
  ),
  bouncedSystemCall: entry(false, "system call: the VMM changes to the kernel's tables and calls the guest kernel"),
  bouncedInterrupt: entry(false, 'interrupt: the VMM takes it, and tells the guest kernel of it'),
  privilegedOperation: entry(
    false,
    'an instruction that a deprivileged kernel may not execute: it traps, or the kernel makes a hypercall in its place',
  ),
  pvmSwitch: entry(
    true,
    'the guest of a guest leaves for its hypervisor, which runs in a virtual machine without the help of VT-x or AMD-V (PVM)',
  ),
} as const satisfies Record<string, ExitDefinition>;

function entry(memory: boolean, definition: string): ExitDefinition {
  return { vmx: null, svm: null, memory, definition };
}

/** Every cause of a VM exit or another entry into the VMM that the model knows, in the order in which tables print them. */
export const EXITS = {
  hiddenFault: {
    vmx: EXCEPTION,
    svm: PAGE_FAULT,
    memory: true,
    definition: 'page fault on a shadow table that the guest must not see: the VMM fills the missing entry',
  },
  guestFault: {
    vmx: EXCEPTION,
    svm: PAGE_FAULT,
    memory: true,
    definition: "page fault that the guest's own tables raise: intercepted, then injected into the guest",
  },
  tableWrite: {
    vmx: EXCEPTION,
    svm: PAGE_FAULT,
    memory: true,
    definition:
      'the guest wrote a page table that is shadowed and cannot go out of sync: the VMM carries the write out',
  },
  unsync: {
    vmx: EXCEPTION,
    svm: PAGE_FAULT,
    memory: true,
    definition:
      'the guest wrote a leaf table that was in sync: the VMM lets it go out of sync, and later writes do not exit',
  },
  adUpdate: {
    vmx: EXCEPTION,
    svm: PAGE_FAULT,
    memory: true,
    definition: "first write through a clean guest entry: the VMM sets the guest's dirty bit",
  },
  cr3Write: {
    vmx: CONTROL_REGISTER,
    svm: { code: 0x13, name: 'VMEXIT_CR3_WRITE' },
    memory: true,
    definition: 'MOV to CR3',
  },
  invlpg: {
    vmx: { number: 14, name: 'INVLPG' },
    svm: { code: 0x79, name: 'VMEXIT_INVLPG' },
    memory: true,
    definition: 'INVLPG',
  },
  nestedFault: {
    vmx: { number: 48, name: 'EPT violation' },
    svm: { code: 0x400, name: 'VMEXIT_NPF' },
    memory: true,
    definition: 'nested page fault: the nested tables do not map a guest-physical page yet',
  },
  policyTimer: {
    vmx: { number: 52, name: 'VMX-preemption timer expired' },
    svm: { code: 0x60, name: 'VMEXIT_INTR' },
    memory: true,
    definition: 'an interval is over: the VMM looks whether shadow or nested paging suits the guest better now',
  },
  sliceEnd: {
    vmx: { number: 1, name: 'external interrupt' },
    svm: { code: 0x60, name: 'VMEXIT_INTR' },
    memory: false,
    definition: "the host's timer ended the slice of a virtual processor: it, or another one, is entered next",
  },
  cpuid: {
    vmx: { number: 10, name: 'CPUID' },
    svm: { code: 0x72, name: 'VMEXIT_CPUID' },
    memory: false,
    definition: 'CPUID',
  },
  io: {
    vmx: { number: 30, name: 'I/O instruction' },
    svm: { code: 0x7b, name: 'VMEXIT_IOIO' },
    memory: false,
    definition: 'port input or output',
  },
  hlt: {
    vmx: { number: 12, name: 'HLT' },
    svm: { code: 0x78, name: 'VMEXIT_HLT' },
    memory: false,
    definition: 'HLT',
  },
  rdmsr: { vmx: { number: 31, name: 'RDMSR' }, svm: MSR, memory: false, definition: 'RDMSR' },
  wrmsr: { vmx: { number: 32, name: 'WRMSR' }, svm: MSR, memory: false, definition: 'WRMSR' },
  rdtsc: {
    vmx: { number: 16, name: 'RDTSC' },
    svm: { code: 0x6e, name: 'VMEXIT_RDTSC' },
    memory: false,
    definition: 'RDTSC, where it is intercepted',
  },
  interrupt: {
    vmx: { number: 1, name: 'external interrupt' },
    svm: { code: 0x60, name: 'VMEXIT_INTR' },
    memory: false,
    definition: 'a physical interrupt arrived while the guest ran',
  },
  cr0Write: {
    vmx: CONTROL_REGISTER,
    svm: { code: 0x10, name: 'VMEXIT_CR0_WRITE' },
    memory: true,
    definition: 'MOV to CR0, or CLTS, that changes a bit which the VMM owns: with shadow tables the paging modes',
  },
  cr4Write: {
    vmx: CONTROL_REGISTER,
    svm: { code: 0x14, name: 'VMEXIT_CR4_WRITE' },
    memory: true,
    definition: 'MOV to CR4 that changes a bit which the VMM owns: with shadow tables the paging modes',
  },
  cr3Read: {
    vmx: CONTROL_REGISTER,
    svm: { code: 0x03, name: 'VMEXIT_CR3_READ' },
    memory: true,
    definition: 'MOV from CR3, where the guest must not see the real one',
  },
  cr4Read: {
    vmx: null,
    svm: { code: 0x04, name: 'VMEXIT_CR4_READ' },
    memory: false,
    definition: 'MOV from CR4, where it is intercepted',
  },
  interruptWindow: {
    vmx: { number: 7, name: 'interrupt window' },
    svm: { code: 0x64, name: 'VMEXIT_VINTR' },
    memory: false,
    definition: 'the guest can take the interrupt that waits for it',
  },
  cr8Read: {
    vmx: CONTROL_REGISTER,
    svm: { code: 0x08, name: 'VMEXIT_CR8_READ' },
    memory: false,
    definition: 'MOV from CR8: reads the task priority',
  },
  cr8Write: {
    vmx: CONTROL_REGISTER,
    svm: { code: 0x18, name: 'VMEXIT_CR8_WRITE' },
    memory: false,
    definition: 'MOV to CR8: writes the task priority',
  },
  apicAccess: {
    vmx: { number: 44, name: 'APIC access' },
    svm: null,
    memory: false,
    definition: 'access to the APIC-access page, of a register that is not virtualized',
  },
  mmio: {
    vmx: { number: 48, name: 'EPT violation' },
    svm: { code: 0x400, name: 'VMEXIT_NPF' },
    memory: false,
    definition: "access to the local APIC's page, which nested tables do not map",
  },
  mmioFault: {
    vmx: EXCEPTION,
    svm: PAGE_FAULT,
    memory: false,
    definition: "access to the local APIC's page, which shadow tables do not map",
  },
  tprBelowThreshold: {
    vmx: { number: 43, name: 'TPR below threshold' },
    svm: null,
    memory: false,
    definition: 'the guest lowered the task priority so that a waiting interrupt may come in',
  },
  exception: {
    vmx: EXCEPTION,
    svm: { code: 0x40, name: 'VMEXIT_EXCP' },
    memory: false,
    definition: 'an exception that is no page fault; the SVM code is 0x40 and its vector',
  },
  vmcall: {
    vmx: { number: 18, name: 'VMCALL' },
    svm: { code: 0x81, name: 'VMEXIT_VMMCALL' },
    memory: false,
    definition: 'VMCALL or VMMCALL: the guest asks the VMM for something',
  },
  sgdt: {
    vmx: GDTR_IDTR,
    svm: { code: 0x67, name: 'VMEXIT_GDTR_READ' },
    memory: false,
    definition: 'SGDT, with descriptor-table exiting',
  },
  sidt: {
    vmx: GDTR_IDTR,
    svm: { code: 0x66, name: 'VMEXIT_IDTR_READ' },
    memory: false,
    definition: 'SIDT, with descriptor-table exiting',
  },
  sldt: {
    vmx: LDTR_TR,
    svm: { code: 0x68, name: 'VMEXIT_LDTR_READ' },
    memory: false,
    definition: 'SLDT, with descriptor-table exiting',
  },
  str: {
    vmx: LDTR_TR,
    svm: { code: 0x69, name: 'VMEXIT_TR_READ' },
    memory: false,
    definition: 'STR, with descriptor-table exiting',
  },
  smsw: {
    vmx: null,
    svm: { code: 0x00, name: 'VMEXIT_CR0_READ' },
    memory: false,
    definition: 'SMSW, where reads of CR0 are intercepted',
  },
  pushf: {
    vmx: null,
    svm: { code: 0x70, name: 'VMEXIT_PUSHF' },
    memory: false,
    definition: 'PUSHF, where it is intercepted',
  },
  popf: {
    vmx: null,
    svm: { code: 0x71, name: 'VMEXIT_POPF' },
    memory: false,
    definition: 'POPF, where it is intercepted',
  },
  softwareInterrupt: {
    vmx: null,
    svm: { code: 0x75, name: 'VMEXIT_SWINT' },
    memory: false,
    definition: 'INT n, where it is intercepted',
  },
  ...GUEST_HYPERVISOR_EXITS,
  ...ENTRIES,
} as const satisfies Record<string, ExitDefinition>;

/** Why a guest leaves to the VMM: a key of {@link EXITS}. */
export type ExitCause = keyof typeof EXITS;

export const EXIT_CAUSES = Object.keys(EXITS) as readonly ExitCause[];

/** Whether a cause is a VM exit of VT-x or AMD-V; otherwise a deprivileged guest enters the VMM by itself. */
export function isVmExit(cause: ExitCause): boolean {
  const { vmx, svm }: ExitDefinition = EXITS[cause];
  return vmx !== null || svm !== null;
}

/** What the hardware calls a cause: number and name; `none` where it has no exit for it. */
export function hardwareNames(cause: ExitCause): { readonly vmx: string; readonly svm: string } {
  const { vmx, svm }: ExitDefinition = EXITS[cause];
  return {
    vmx: vmx === null ? 'none' : `${vmx.number} ${vmx.name}`,
    svm: svm === null ? 'none' : `0x${svm.code.toString(16)} ${svm.name}`,
  };
}

/** A count for each cause, from 0. */
export function noExits(): Record<ExitCause, number> {
  return Object.fromEntries(EXIT_CAUSES.map((cause) => [cause, 0])) as Record<ExitCause, number>;
}
