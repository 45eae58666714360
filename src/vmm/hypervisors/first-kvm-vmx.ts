/**
 * The first KVM, on VT-x, for a 64-bit host: Linux 2.6.20 (February 2007) `drivers/kvm/vmx.c`, in our own words. Between two exits it keeps
 * nothing: MSRs and host segments are saved and loaded again for each, and a register is read wherever somebody asks for it.
 *
 * Exits that go on to a user process (I/O, CPUID, HLT) are left out: what that process asks for is not in the kernel's sources.
 */
import { EXIT_INFORMATION } from '../vmcs.js';
import { wrmsr, rdmsr, vmread, vmwrite, type Hypervisor, type Step } from './hypervisor.js';

const GUEST = { RIP: 0x681e, RSP: 0x681c, RFLAGS: 0x6820, CR3: 0x6802, CR4: 0x6804, INTERRUPTIBILITY: 0x4824 } as const;
const GUEST_SEGMENTS = { CS_ACCESS_RIGHTS: 0x4816, FS_BASE: 0x680e, GS_BASE: 0x6810 } as const;
const HOST = { FS: 0x0c08, GS: 0x0c0a, FS_BASE: 0x6c06, GS_BASE: 0x6c08, RSP: 0x6c14 } as const;
const CR4_READ_SHADOW = 0x6006;
const PRIMARY_CONTROLS = 0x4002;
const ENTRY = { INTERRUPTION_INFORMATION: 0x4016, ERROR_CODE: 0x4018 } as const;

const MSR = { FS_BASE: 0xc000_0100, GS_BASE: 0xc000_0101 } as const;
/** vmx_msr_index: SYSCALL_MASK, LSTAR, CSTAR, KERNEL_GS_BASE, EFER, STAR. The first two are not left to the processor (NR_BAD_MSRS). */
const SAVED_MSRS = [0xc000_0084, 0xc000_0082, 0xc000_0083, 0xc000_0102, 0xc000_0080, 0xc000_0081];
const SWAPPED_MSRS = SAVED_MSRS.slice(0, 2);

/** skip_emulated_instruction */
const skip: readonly Step[] = [
  vmread(GUEST.RIP),
  vmread(EXIT_INFORMATION.INSTRUCTION_LENGTH),
  vmwrite(GUEST.RIP),
  vmread(GUEST.INTERRUPTIBILITY),
];
/** vmx_flush_tlb, and vmx_set_cr3: CR3 read and written, then written. */
const flush: readonly Step[] = [vmread(GUEST.CR3), vmwrite(GUEST.CR3)];
const loadRspRip: readonly Step[] = [vmread(GUEST.RSP), vmread(GUEST.RIP)];
/** handle_exception */
const fault: readonly Step[] = [
  vmread(EXIT_INFORMATION.IDT_VECTORING_INFORMATION),
  vmread(EXIT_INFORMATION.EXIT_INTERRUPTION_INFORMATION),
  vmread(GUEST.RIP),
  vmread(EXIT_INFORMATION.EXIT_INTERRUPTION_ERROR_CODE),
  vmread(EXIT_INFORMATION.EXIT_QUALIFICATION),
];
/** vmx_inject_page_fault */
const inject: readonly Step[] = [
  vmread(EXIT_INFORMATION.IDT_VECTORING_INFORMATION),
  vmwrite(ENTRY.ERROR_CODE),
  vmwrite(ENTRY.INTERRUPTION_INFORMATION),
];
/** emulate_instruction, of 64-bit code */
const emulate: readonly Step[] = [
  ...loadRspRip,
  vmread(GUEST_SEGMENTS.CS_ACCESS_RIGHTS),
  vmread(GUEST.RFLAGS),
  vmread(GUEST_SEGMENTS.GS_BASE),
  vmread(GUEST_SEGMENTS.FS_BASE),
  vmwrite(GUEST.RSP),
  vmwrite(GUEST.RIP),
  vmwrite(GUEST.RFLAGS),
];
const toRegister: readonly Step[] = [vmread(EXIT_INFORMATION.EXIT_QUALIFICATION), ...loadRspRip];

export const firstKvmVmx: Hypervisor = {
  source: 'Linux 2.6.20, drivers/kvm/vmx.c: vmx_vcpu_run, do_interrupt_requests, kvm_handle_exit; kvm_main.c, mmu.c',
  exit: [
    ...SWAPPED_MSRS.map(rdmsr),
    ...SWAPPED_MSRS.map(wrmsr),
    vmread(GUEST.INTERRUPTIBILITY),
    vmread(EXIT_INFORMATION.IDT_VECTORING_INFORMATION),
    vmread(EXIT_INFORMATION.EXIT_REASON),
    vmread(EXIT_INFORMATION.INSTRUCTION_LENGTH),
  ],
  entry: [
    ...[vmwrite(HOST.FS), vmwrite(HOST.GS)],
    ...[rdmsr(MSR.FS_BASE), vmwrite(HOST.FS_BASE), rdmsr(MSR.GS_BASE), vmwrite(HOST.GS_BASE)],
    // do_interrupt_requests, of a guest that has interrupts enabled
    ...[vmread(GUEST.RFLAGS), vmread(GUEST.INTERRUPTIBILITY), vmread(PRIMARY_CONTROLS), vmwrite(PRIMARY_CONTROLS)],
    ...SAVED_MSRS.map(rdmsr),
    ...SWAPPED_MSRS.map(wrmsr),
    vmwrite(HOST.RSP),
    { does: 'vmresume' },
  ],
  handlers: {
    hiddenFault: fault,
    guestFault: [...fault, ...inject],
    tableWrite: [...fault, ...emulate],
    cr3Write: [...toRegister, ...flush, vmwrite(GUEST.CR3), ...skip],
    cr4Write: [...toRegister, vmwrite(CR4_READ_SHADOW), vmwrite(GUEST.CR4), vmwrite(GUEST.CR3), ...skip],
    rdmsr: skip,
    wrmsr: skip,
  },
  userSpace: [],
  sleep: [],
};
