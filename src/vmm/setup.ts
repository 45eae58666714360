/** What a VMM wants of the hardware, in either vendor's terms: what its control structure is filled from. */

import type { Listed } from './bitmaps.js';

/** Instructions and events that a VMM may leave to its guest; `null` is what its kind of paging needs. */
export interface WantedExits {
  readonly cr3Load: boolean | null;
  readonly cr3Store: boolean | null;
  readonly invlpg: boolean | null;
  readonly hlt: boolean;
  /** Ports and MSRs. */
  readonly io: Listed;
  readonly msr: Listed;
  /** Vectors of exceptions other than page faults. */
  readonly exceptions: readonly number[];
  /** Which of the 18 sensitive instructions, of those that the hardware can make exit. */
  readonly sensitive: 'none' | 'descriptor-tables' | 'all';
  /** CR8 and the task priority through the TPR shadow (VT-x) or V_TPR (AMD-V), where the processor has it. */
  readonly tprShadow: boolean;
  /** Accesses to the APIC's page are virtualized (FlexPriority), where the processor can. */
  readonly apicAccessPage: boolean;
  /** Tag of the guest's translations: VPID or ASID. */
  readonly tag: number;
}

/** What a processor's virtualization can do. */
export interface VirtualizationFeatures {
  /** The first VT-x parts: bits 15 and 16 of the primary controls are always 1, so each access to CR3 exits. */
  readonly cr3ExitsForced: boolean;
  readonly tprShadow: boolean;
  readonly apicAccessPage: boolean;
  /** VMRUN leaves state alone that the VMM marks as unchanged. */
  readonly vmcbClean: boolean;
}

/** Which tables of the VMM the hardware walks. */
export interface TablesInUse {
  readonly shadow: boolean;
  readonly nested: boolean;
}

export interface Setup extends TablesInUse {
  /** A timer of the VMM runs while the guest does. */
  readonly timer: boolean;
  /** With shadow tables, only page faults on present pages exit. */
  readonly faultFilter: boolean;
  /** Whether the processor tags translations. */
  readonly tagged: boolean;
  readonly wanted: WantedExits;
  readonly features: VirtualizationFeatures;
}
