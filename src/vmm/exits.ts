/**
 * VM exits as data: why the model leaves the guest, and what the hardware calls it.
 *
 * VMX basic exit reasons: Intel SDM vol. 3D, appendix C. SVM exit codes: AMD APM vol. 2, appendix C.
 */

export interface ExitDefinition {
  readonly vmx: { readonly number: number; readonly name: string };
  readonly svm: { readonly code: number; readonly name: string };
  /** Exits on behalf of address translation differ between strategies; the others must not. */
  readonly memory: boolean;
  readonly definition: string;
}

const EXCEPTION = { number: 0, name: 'exception or NMI' } as const;
const PAGE_FAULT = { code: 0x4e, name: 'VMEXIT_EXCP_PF' } as const;
const MSR = { code: 0x7c, name: 'VMEXIT_MSR' } as const;

/** Every cause of a VM exit that the model knows, in the order in which tables print them. */
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
    vmx: { number: 28, name: 'control-register access' },
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
  interrupt: {
    vmx: { number: 1, name: 'external interrupt' },
    svm: { code: 0x60, name: 'VMEXIT_INTR' },
    memory: false,
    definition: 'a physical interrupt arrived while the guest ran',
  },
} as const satisfies Record<string, ExitDefinition>;

export type ExitCause = keyof typeof EXITS;

export const EXIT_CAUSES = Object.keys(EXITS) as readonly ExitCause[];

/** A count for each cause, from 0. */
export function noExits(): Record<ExitCause, number> {
  return Object.fromEntries(EXIT_CAUSES.map((cause) => [cause, 0])) as Record<ExitCause, number>;
}
