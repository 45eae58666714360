/** Where exits go that are not on behalf of address translation: a cause of ours, the nearest where ours are fewer. By KVM's names. */
import type { ProfiledExit } from '../../profile/exit-profile.js';
import { EXITS, type ExitCause } from '../../vmm/exits.js';

interface Place {
  readonly cause: ExitCause;
  /** Why it goes there, where it is not the same. */
  readonly why: string | null;
}

const TIMER = 'an interrupt of a timer';
const CARRIED_OUT = 'an instruction that the VMM carries out, as CPUID';
const APIC = 'the local APIC, virtualized in part';
const OF_ENCRYPTED = 'of an encrypted guest, which asks for it';

const NEAREST: Readonly<Record<string, [ExitCause, string]>> = {
  EXCEPTION_NMI: ['exception', 'exceptions and NMIs'],
  CR_ACCESS: ['cr0Write', 'of CR0, CR4 or CR8; nested paging leaves CR3 to the guest'],
  GDTR_IDTR: ['sgdt', 'one of four instructions'],
  LDTR_TR: ['sldt', 'one of four instructions'],
  EPT_MISCONFIG: ['mmio', 'KVM marks the pages of devices so'],
  EOI_INDUCED: ['apicAccess', APIC],
  APIC_WRITE: ['apicAccess', APIC],
  TPR_BELOW_THRESHOLD: ['tprBelowThreshold', APIC],
  avic_incomplete_ipi: ['apicAccess', APIC],
  avic_unaccelerated_access: ['apicAccess', APIC],
  PREEMPTION_TIMER: ['interrupt', TIMER],
  INIT_SIGNAL: ['interrupt', 'a signal between processors'],
  SIPI_SIGNAL: ['interrupt', 'a signal between processors'],
  nmi: ['interrupt', 'an NMI'],
  smi: ['interrupt', 'an SMI'],
  init: ['interrupt', 'a signal between processors'],
  NMI_WINDOW: ['interruptWindow', 'the window of an NMI'],
  iret: ['interruptWindow', 'the window of an NMI'],
  MSR_READ_IMM: ['rdmsr', 'RDMSR with an immediate'],
  MSR_WRITE_IMM: ['wrmsr', 'WRMSR with an immediate'],
  msr: ['wrmsr', 'RDMSR or WRMSR: mostly timers and interprocessor interrupts, which are written'],
  RDTSCP: ['rdtsc', 'RDTSCP'],
  rdtscp: ['rdtsc', 'RDTSCP'],
  cr0_sel_write: ['cr0Write', 'MOV to CR0 or LMSW'],
  vmgexit_mmio_read: ['mmio', OF_ENCRYPTED],
  vmgexit_mmio_write: ['mmio', OF_ENCRYPTED],
  write_cr0_trap: ['cr0Write', OF_ENCRYPTED],
  write_cr4_trap: ['cr4Write', OF_ENCRYPTED],
  write_cr8_trap: ['cr8Write', OF_ENCRYPTED],
};

const LIKE_CPUID =
  /^(?:DR_ACCESS|(?:read|write)_dr\d|XSETBV|xsetbv|WBINVD|wbinvd|INVD|invd|RDPMC|rdpmc|RDRAND|RDSEED|XSAVES|XRSTORS|MONITOR_INSTRUCTION|monitor|MWAIT_INSTRUCTION|mwait|UMWAIT|TPAUSE|PAUSE_INSTRUCTION|pause|TASK_SWITCH|task_switch|ENCLS|VMFUNC|BUS_LOCK|buslock|NOTIFY|MONITOR_TRAP_FLAG|rsm|skinit|icebp|write_efer_trap|(?:read|write)_(?:cr2|idtr|gdtr|ldtr|rt))$/;
const EXCEPTION = /^[A-Z]{2} excp$/;

/** null: no cause comes near. */
export function placeOf({ name: whole, cause }: Pick<ProfiledExit, 'name' | 'cause'>): Place | null {
  // What follows a bar are flags.
  const name = whole.split('|')[0]!;
  if (cause !== null && !EXITS[cause].memory) return { cause, why: null };
  if (Object.hasOwn(NEAREST, name)) return { cause: NEAREST[name]![0], why: NEAREST[name]![1] };
  if (cause !== null) return { cause, why: null };
  if (EXCEPTION.test(name)) return { cause: 'exception', why: null };
  if (LIKE_CPUID.test(name)) return { cause: 'cpuid', why: CARRIED_OUT };
  if (name.startsWith('vmgexit')) return { cause: 'vmcall', why: OF_ENCRYPTED };
  return null;
}
