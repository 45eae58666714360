/**
 * KVM on AMD-V, Linux 6.1 `arch/x86/kvm/svm/svm.c`, in our own words: what it intercepts, and what it executes for an exit of its guest.
 * The VMCB is memory: reading and writing it takes no instruction that could exit.
 */
import { ModelError } from '../../errors.js';
import { portBitmap, svmMsrPermissions } from '../bitmaps.js';
import type { SvmControls } from '../svm-controls.js';
import {
  GENERAL1,
  GENERAL2,
  general1Exits,
  general2Exits,
  msrExits,
  type General1,
  type General2,
} from '../svm-predicates.js';
import { rdmsr, wrmsr, type Hypervisor, type LevelBelow } from './hypervisor.js';

const DEBUGCTL = 0x1d9;
const X2APIC_EOI = 0x80b;
const X2APIC_TIMER_COUNT = 0x838;

/** What of the processor KVM can use: names of its module parameters and of CPUID bits. */
export interface SvmFeatures {
  /** Nested paging. */
  readonly npt: boolean;
  /** Virtual GIF. */
  readonly vgif: boolean;
  /** Virtual VMLOAD and VMSAVE: KVM uses them with nested paging only. */
  readonly vls: boolean;
}

const programsTimer = wrmsr(X2APIC_TIMER_COUNT);

export const kvmSvm: Hypervisor = {
  source: 'Linux 6.1, arch/x86/kvm/svm/svm.c: svm_vcpu_run, svm_vcpu_enter_exit, svm_prepare_switch_to_guest',
  /** The guest's FS, GS, TR, LDTR and system-call MSRs are saved, the host's loaded, and interrupts let in again. */
  exit: [{ does: 'vmsave' }, { does: 'vmload' }, { does: 'stgi' }],
  /** Debian's 6.1.192 reads the host's DEBUGCTL before each entry. */
  entry: [rdmsr(DEBUGCTL), { does: 'clgi' }, { does: 'vmload' }, { does: 'vmrun' }],
  /**
   * svm_flush_tlb_gva; other flushes are a field of the VMCB. An interrupt of its own, which ended the run of its guest, comes in after STGI: it is
   * taken to be the timer's, which is programmed again, and acknowledged in memory that both levels share.
   */
  handlers: {
    invlpg: [{ does: 'invlpga' }],
    interrupt: [{ does: 'interruptWindow' }, programsTimer],
  },
  /** Before the next entry the host's state is saved anew. */
  userSpace: [{ does: 'vmsave' }],
  /**
   * The idle task programs the timer for the next event and halts; the timer's interrupt programs it again and is acknowledged, and leaving
   * idle restarts the tick: kernel/time/tick-sched.c. The thread was switched away, so the host's state is saved anew.
   */
  sleep: [programsTimer, { does: 'hlt' }, programsTimer, wrmsr(X2APIC_EOI), programsTimer, { does: 'vmsave' }],
};

/** MSRs that a guest accesses without exits: direct_access_msrs. SYSENTER_CS, ESP, EIP; STAR … SYSCALL_MASK; FS_BASE … KERNEL_GS_BASE. */
const DIRECT_MSRS = [
  0x174, 0x175, 0x176, 0xc000_0081, 0xc000_0082, 0xc000_0083, 0xc000_0084, 0xc000_0100, 0xc000_0101, 0xc000_0102,
];

/** init_vmcb: the controls that KVM sets for a guest whose CR0 is the real one. */
export function kvmSvmControls({ npt, vgif, vls }: SvmFeatures): SvmControls {
  const general1: readonly General1[] = [
    ...(['INTR', 'NMI', 'SMI', 'CR0_SEL_WRITE', 'RDPMC', 'CPUID', 'RSM', 'INVD', 'HLT', 'INVLPGA'] as const),
    ...(['IOIO', 'MSR', 'TASK_SWITCH', 'SHUTDOWN'] as const),
    ...(npt ? [] : (['INVLPG'] as const)),
  ];
  const general2: readonly General2[] = [
    ...(['VMRUN', 'VMMCALL', 'SKINIT', 'WBINVD', 'MONITOR', 'MWAIT', 'XSETBV'] as const),
    ...(vls && npt ? [] : (['VMLOAD', 'VMSAVE'] as const)),
    ...(vgif ? [] : (['STGI', 'CLGI'] as const)),
  ];
  const [UD, PF, AC, MC] = [6, 14, 17, 18];
  const paging = npt ? [] : [3];
  return {
    crReads: bits([4, ...paging]),
    crWrites: bits([4, 8, ...paging]),
    exceptions: bits([UD, AC, MC, ...(npt ? [] : [PF])]),
    general1: bits(general1.map((name) => GENERAL1[name])),
    general2: bits(general2.map((name) => GENERAL2[name])),
    msrPermissions: svmMsrPermissions(true, DIRECT_MSRS),
    ioPermissions: portBitmap(true, 12_288),
    asid: 1,
    tlbControl: 0,
    npEnable: npt,
    virtualTpr: true,
  };
}

const INTERCEPT2 = { vmrun: 'VMRUN', vmload: 'VMLOAD', vmsave: 'VMSAVE', stgi: 'STGI', clgi: 'CLGI' } as const;

/** What exits of a hypervisor that runs under these controls. */
export function belowSvm({ general1, general2, msrPermissions }: SvmControls): LevelBelow {
  return (step) => {
    switch (step.does) {
      case 'vmrun':
      case 'vmload':
      case 'vmsave':
      case 'stgi':
      case 'clgi':
        return general2Exits(general2, INTERCEPT2[step.does]) ? step.does : null;
      case 'invlpga':
        return general1Exits(general1, 'INVLPGA') ? step.does : null;
      case 'interruptWindow':
        return step.does;
      case 'hlt':
        return general1Exits(general1, 'HLT') ? step.does : null;
      case 'rdmsr':
      case 'wrmsr':
        if (msrPermissions === null || !general1Exits(general1, 'MSR')) return null;
        return msrExits(msrPermissions, step.msr, step.does === 'wrmsr') ? step.does : null;
      default:
        throw new ModelError(`${step.does} is no instruction of AMD-V`);
    }
  };
}

function bits(positions: readonly number[]): number {
  return positions.reduce((word, position) => word | (1 << position), 0) >>> 0;
}
