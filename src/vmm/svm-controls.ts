/** The control area of a VMCB: AMD APM vol. 2, 15.5.1 and appendix B, and what VMRUN refuses in it. */
import { portBitmap, svmMsrPermissions } from './bitmaps.js';
import type { Setup } from './setup.js';
import { GENERAL1, GENERAL2, general2Exits, type General1 } from './svm-predicates.js';

export interface SvmControls {
  /** A bit for each of CR0 to CR15. */
  crReads: number;
  crWrites: number;
  /** A bit for each exception vector. */
  exceptions: number;
  general1: number;
  general2: number;
  /** 8 KiB, two bits an MSR; null: MSRs are not intercepted. */
  msrPermissions: Uint8Array | null;
  /** 12 KiB, a bit a port; null: ports are not intercepted. */
  ioPermissions: Uint8Array | null;
  asid: number;
  /** 0 nothing, 1 all, 3 this ASID, 7 the non-global of this ASID. */
  tlbControl: 0 | 1 | 3 | 7;
  npEnable: boolean;
  /** V_INTR_MASKING: CR8 reads and writes V_TPR. */
  virtualTpr: boolean;
}

const PAGE_FAULT = 14;

/** Intercepts as a VMM of the kind of KVM sets them; without nested paging it sees each change of CR0, CR3 and CR4. */
export function svmControls({ shadow, nested, wanted, features }: Setup): SvmControls {
  const { sensitive, exceptions, io, msr } = wanted;
  const virtualTpr = wanted.tprShadow && features.tprShadow;
  const tables: General1[] = ['IDTR_READ', 'GDTR_READ', 'LDTR_READ', 'TR_READ'];
  const all: General1[] = ['PUSHF', 'POPF', 'SWINT'];
  const general1: General1[] = [
    ...(['INTR', 'NMI', 'CR0_SEL_WRITE', 'CPUID', 'INVD', 'SHUTDOWN'] as const),
    ...(wanted.hlt ? (['HLT'] as const) : []),
    ...((wanted.invlpg ?? shadow) ? (['INVLPG'] as const) : []),
    ...(io === false ? [] : (['IOIO'] as const)),
    ...(msr === false ? [] : (['MSR'] as const)),
    ...(sensitive === 'none' ? [] : tables),
    ...(sensitive === 'all' ? all : []),
  ];
  const registers = (...numbers: readonly (number | false)[]): number =>
    numbers.reduce<number>((word, number) => (number === false ? word : word | (1 << number)), 0);
  return {
    crReads: registers(sensitive === 'all' && 0, (wanted.cr3Store ?? shadow) && 3, !virtualTpr && 8),
    crWrites: registers(shadow && 0, (wanted.cr3Load ?? shadow) && 3, 4, !virtualTpr && 8),
    exceptions: registers(...exceptions, shadow && PAGE_FAULT),
    general1: general1.reduce((word, name) => word | (1 << GENERAL1[name]), 0) >>> 0,
    general2: (1 << GENERAL2.VMRUN) | (1 << GENERAL2.VMMCALL),
    msrPermissions: msr === false ? null : svmMsrPermissions(msr),
    ioPermissions: io === false ? null : portBitmap(io, 12_288),
    asid: wanted.tag,
    tlbControl: 0,
    npEnable: nested,
    virtualTpr,
  };
}

/** The rules that controls break: VMRUN ends with VMEXIT_INVALID for each of them. */
export function svmViolations(controls: SvmControls, hasNestedPaging: boolean): string[] {
  const broken: string[] = [];
  if (controls.asid === 0) broken.push("the ASID is 0, which is the host's");
  if (!general2Exits(controls.general2, 'VMRUN')) broken.push('VMRUN is not intercepted');
  if (controls.npEnable && !hasNestedPaging) broken.push('NP_ENABLE is 1 and the processor has no nested paging');
  return broken;
}
