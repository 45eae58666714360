/**
 * The fields of a VMCS that VM entry loads and VM exit stores, with their encodings: Intel SDM vol. 3C, 25.4, 25.5, 25.9 and appendix B.
 * Fields that the model has values for are in `Registers` and `VmxExit`; the others are there to be counted.
 */

/** Guest state: loaded by each VM entry (27.3.2) and stored by each VM exit (28.3). */
const GUEST_STATE = {
  CR0: 0x6800,
  CR3: 0x6802,
  CR4: 0x6804,
  DR7: 0x681a,
  RSP: 0x681c,
  RIP: 0x681e,
  RFLAGS: 0x6820,
  PENDING_DEBUG: 0x6822,
  ...segments(['ES', 'CS', 'SS', 'DS', 'FS', 'GS', 'LDTR', 'TR']),
  GDTR_BASE: 0x6816,
  IDTR_BASE: 0x6818,
  GDTR_LIMIT: 0x4810,
  IDTR_LIMIT: 0x4812,
  INTERRUPTIBILITY: 0x4824,
  ACTIVITY: 0x4826,
  SMBASE: 0x4828,
  SYSENTER_CS: 0x482a,
  SYSENTER_ESP: 0x6824,
  SYSENTER_EIP: 0x6826,
  DEBUGCTL: 0x2802,
  PAT: 0x2804,
  EFER: 0x2806,
} as const;

/** Part of the guest state under EPT only. */
const GUEST_PDPTES = { PDPTE0: 0x280a, PDPTE1: 0x280c, PDPTE2: 0x280e, PDPTE3: 0x2810 } as const;

/** Host state: loaded by each VM exit (28.5), written by the VMM itself. */
const HOST_STATE = {
  CR0: 0x6c00,
  CR3: 0x6c02,
  CR4: 0x6c04,
  FS_BASE: 0x6c06,
  GS_BASE: 0x6c08,
  TR_BASE: 0x6c0a,
  GDTR_BASE: 0x6c0c,
  IDTR_BASE: 0x6c0e,
  SYSENTER_ESP: 0x6c10,
  SYSENTER_EIP: 0x6c12,
  RSP: 0x6c14,
  RIP: 0x6c16,
  ES: 0x0c00,
  CS: 0x0c02,
  SS: 0x0c04,
  DS: 0x0c06,
  FS: 0x0c08,
  GS: 0x0c0a,
  TR: 0x0c0c,
  SYSENTER_CS: 0x4c00,
  PAT: 0x2c00,
  EFER: 0x2c02,
} as const;

/** Exit information: stored by each VM exit. 25.9 */
export const EXIT_INFORMATION = {
  EXIT_REASON: 0x4402,
  EXIT_QUALIFICATION: 0x6400,
  GUEST_LINEAR_ADDRESS: 0x640a,
  GUEST_PHYSICAL_ADDRESS: 0x2400,
  EXIT_INTERRUPTION_INFORMATION: 0x4404,
  EXIT_INTERRUPTION_ERROR_CODE: 0x4406,
  IDT_VECTORING_INFORMATION: 0x4408,
  IDT_VECTORING_ERROR_CODE: 0x440a,
  INSTRUCTION_LENGTH: 0x440c,
  INSTRUCTION_INFORMATION: 0x440e,
} as const;

export interface VmcsTraffic {
  /** Fields that a VM entry loads, and that a VM exit loads and stores. */
  readonly entryLoads: number;
  readonly exitLoads: number;
  readonly exitStores: number;
}

export function vmcsTraffic(ept: boolean): VmcsTraffic {
  const guest = size(GUEST_STATE) + (ept ? size(GUEST_PDPTES) : 0);
  return { entryLoads: guest, exitLoads: size(HOST_STATE), exitStores: guest + size(EXIT_INFORMATION) };
}

/**
 * VMREAD or VMWRITE in VMX non-root operation: it exits unless VMCS shadowing is on and the field's bit in its bitmap is 0. 26.1.3
 * @param bitmap the VMREAD or the VMWRITE bitmap, 4 KiB, by the field's encoding
 */
export function vmcsAccessExits(shadowing: boolean, bitmap: Uint8Array, encoding: number): boolean {
  if (!shadowing || encoding > 0x7fff) return true;
  return ((bitmap[encoding >> 3]! >> (encoding & 7)) & 1) !== 0;
}

function size(fields: object): number {
  return Object.keys(fields).length;
}

/** Selector, limit, access rights and base of each: appendix B.1.2, B.3.3 and B.4.3 number them in this order. */
function segments(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    names.flatMap((name, at) => [
      [`${name}_SELECTOR`, 0x0800 + 2 * at],
      [`${name}_LIMIT`, 0x4800 + 2 * at],
      [`${name}_ACCESS_RIGHTS`, 0x4814 + 2 * at],
      [`${name}_BASE`, 0x6806 + 2 * at],
    ]),
  );
}
