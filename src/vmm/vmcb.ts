/**
 * The state that VMRUN loads from a VMCB and #VMEXIT stores, and the clean bits that spare loads: AMD APM vol. 2, 15.5.1, 15.6, 15.15.
 * FS, GS, TR, LDTR and the system-call MSRs are moved by VMLOAD and VMSAVE, which are the VMM's own.
 */

/** Fields by the bit of the VMCB clean field that covers them; `always`: loaded whatever it says. 15.15.3 */
export const VMCB_GROUPS = {
  always: ['RIP', 'RSP', 'RAX', 'RFLAGS', 'CPL', 'INTERRUPT_SHADOW', 'EVENTINJ', 'TLB_CONTROL'],
  /** I: intercepts, TSC offset, pause filter. */
  intercepts: ['CR_INTERCEPTS', 'DR_INTERCEPTS', 'EXCEPTIONS', 'GENERAL1', 'GENERAL2', 'TSC_OFFSET', 'PAUSE_FILTER'],
  permissions: ['IOPM_BASE', 'MSRPM_BASE'],
  asid: ['ASID'],
  tpr: ['V_TPR', 'V_IRQ', 'V_INTR_PRIO', 'V_IGN_TPR', 'V_INTR_MASKING', 'V_INTR_VECTOR'],
  nested: ['NP_ENABLE', 'N_CR3', 'G_PAT'],
  controlRegisters: ['CR0', 'CR3', 'CR4', 'EFER'],
  debugRegisters: ['DR6', 'DR7'],
  descriptorTables: ['GDTR_BASE', 'GDTR_LIMIT', 'IDTR_BASE', 'IDTR_LIMIT'],
  segments: ['CS', 'DS', 'SS', 'ES'].flatMap((name) =>
    ['SELECTOR', 'ATTRIBUTES', 'LIMIT', 'BASE'].map((part) => `${name}_${part}`),
  ),
  cr2: ['CR2'],
} as const satisfies Record<string, readonly string[]>;

export type VmcbGroup = Exclude<keyof typeof VMCB_GROUPS, 'always'>;

/** State that #VMEXIT stores, and the exit information. */
const STORED: readonly (keyof typeof VMCB_GROUPS)[] = [
  'always',
  'tpr',
  'controlRegisters',
  'debugRegisters',
  'descriptorTables',
  'segments',
  'cr2',
];
const EXIT_INFORMATION = ['EXITCODE', 'EXITINFO1', 'EXITINFO2', 'EXITINTINFO', 'NRIP'];

/** Host state that VMRUN saves in the host's save area and #VMEXIT loads: 15.5.1. */
const HOST_STATE = ['CS', 'SS', 'DS', 'ES', 'GDTR', 'IDTR', 'EFER', 'CR0', 'CR3', 'CR4', 'RFLAGS', 'RIP', 'RSP', 'RAX'];

export const VMCB_EXIT = {
  loads: HOST_STATE.length,
  stores: fieldsOf(STORED) + EXIT_INFORMATION.length,
} as const;

/** Fields that a VMRUN loads. @param changed groups that the VMM has written since the last one */
export function vmrunLoads(changed: ReadonlySet<VmcbGroup>): number {
  return fieldsOf(['always', ...changed]);
}

export const VMCB_GROUP_NAMES = Object.keys(VMCB_GROUPS).filter((name) => name !== 'always') as VmcbGroup[];

function fieldsOf(groups: readonly (keyof typeof VMCB_GROUPS)[]): number {
  return groups.reduce((sum, name) => sum + VMCB_GROUPS[name].length, 0);
}
