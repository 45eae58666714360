/** What the hardware tells the VMM of an exit: Intel SDM vol. 3C, 28.2; AMD APM vol. 2, 15.6 to 15.13 and appendix C. */
import { EXITS, type ExitCause, type ExitDefinition } from './exits.js';
import { crAccessQualification, ioQualification } from './vmx-predicates.js';

/** What the model knows of an event that exits. */
export interface ExitDetail {
  /** Linear address. */
  readonly linear?: number;
  /** Guest-physical address. */
  readonly physical?: number;
  /** Of a page fault. */
  readonly errorCode?: number;
  /** Of an EPT violation, table 28-7; and EXITINFO1 of a nested page fault, 15.25.6. */
  readonly qualification?: number;
  readonly exitInfo1?: number;
  /** Port, MSR, vector, value or offset. */
  readonly operand?: number | null;
  /** Of an access that may be either. */
  readonly write?: boolean;
}

export interface VmxExit {
  readonly reason: number;
  readonly qualification: number;
  readonly linearAddress: number;
  readonly physicalAddress: number;
  /** Bits 7:0 vector, 10:8 type, 11 error code valid, 31 valid; 0 for other exits. Table 25-18 */
  readonly interruptionInformation: number;
  readonly errorCode: number;
}

export interface SvmExit {
  readonly code: number;
  readonly info1: number;
  readonly info2: number;
}

const VALID = 2 ** 31;
const HARDWARE_EXCEPTION = 3 << 8;
const HAS_ERROR_CODE = 1 << 11;
const PAGE_FAULT = 14;
/** Exceptions that push an error code: #DF, #TS, #NP, #SS, #GP, #PF, #AC. */
const WITH_ERROR_CODE = [8, 10, 11, 12, 13, 14, 17];
/** Type of an APIC access, bits 15:12 of its qualification: linear read or linear write. Table 28-6 */
const APIC_READ = 0 << 12;
const APIC_WRITE = 1 << 12;

const REGISTER: Partial<Record<ExitCause, readonly [number, 'mov to' | 'mov from']>> = {
  cr0Write: [0, 'mov to'],
  cr3Write: [3, 'mov to'],
  cr3Read: [3, 'mov from'],
  cr4Write: [4, 'mov to'],
  cr8Read: [8, 'mov from'],
  cr8Write: [8, 'mov to'],
};

function isPageFault(cause: ExitCause): boolean {
  const { svm }: ExitDefinition = EXITS[cause];
  return svm?.code === 0x4e;
}

export function vmxExit(cause: ExitCause, detail: ExitDetail): VmxExit {
  const { vmx }: ExitDefinition = EXITS[cause];
  const { linear = 0, physical = 0, errorCode = 0 } = detail;
  const fault = isPageFault(cause);
  return {
    reason: vmx?.number ?? 0,
    qualification: vmxQualification(cause, detail),
    linearAddress: cause === 'nestedFault' ? linear : 0,
    physicalAddress: cause === 'nestedFault' ? physical : 0,
    interruptionInformation: interruption(fault ? PAGE_FAULT : cause === 'exception' ? (detail.operand ?? 0) : null),
    errorCode: fault ? errorCode : 0,
  };
}

function interruption(vector: number | null): number {
  if (vector === null) return 0;
  return VALID + (HARDWARE_EXCEPTION | (WITH_ERROR_CODE.includes(vector) ? HAS_ERROR_CODE : 0) | vector);
}

function vmxQualification(
  cause: ExitCause,
  { linear = 0, qualification = 0, operand, write = false }: ExitDetail,
): number {
  const register = REGISTER[cause];
  if (register !== undefined) return crAccessQualification({ register: register[0], type: register[1] });
  if (isPageFault(cause) || cause === 'invlpg') return linear;
  if (cause === 'nestedFault') return qualification;
  if (cause === 'io') return ioQualification({ port: operand ?? 0, bytes: 1, input: !write });
  if (cause === 'apicAccess') return (operand ?? 0) | (write ? APIC_WRITE : APIC_READ);
  return 0;
}

/** Bit 63 of EXITINFO1 for a MOV to or from a control register, with decode assists. 15.9 */
const MOV = 2 ** 63;

export function svmExit(cause: ExitCause, detail: ExitDetail): SvmExit {
  const { svm }: ExitDefinition = EXITS[cause];
  const { linear = 0, physical = 0, errorCode = 0, exitInfo1 = 0, operand, write = false } = detail;
  const code = svm?.code ?? 0;
  if (isPageFault(cause)) return { code, info1: errorCode, info2: linear };
  if (cause === 'nestedFault') return { code, info1: exitInfo1, info2: physical };
  if (cause === 'invlpg') return { code, info1: linear, info2: 0 };
  if (cause === 'io') return { code, info1: ((operand ?? 0) << 16) | (1 << 4) | (write ? 0 : 1), info2: 0 };
  if (cause === 'rdmsr' || cause === 'wrmsr') return { code, info1: cause === 'wrmsr' ? 1 : 0, info2: 0 };
  if (cause === 'exception') return { code: code + (operand ?? 0), info1: errorCode, info2: 0 };
  return { code, info1: REGISTER[cause] === undefined ? 0 : MOV, info2: 0 };
}
