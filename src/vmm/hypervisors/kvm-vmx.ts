/**
 * KVM on VT-x, Linux 4.19 `arch/x86/kvm/vmx.c`, in our own words: the fields of the VMCS that it reads and writes for an exit are those of
 * vmm-accesses.ts, each by an instruction that exits unless the VMCS is shadowed. Registers are read once an exit, when somebody asks for them.
 */
import { ModelError } from '../../errors.js';
import { fieldBitmap, vmxMsrBitmaps } from '../bitmaps.js';
import { EXIT_CAUSES, type ExitCause } from '../exits.js';
import { vmcsAccessExits } from '../vmcs.js';
import { fieldAccesses } from '../vmm-accesses.js';
import { PRIMARY, type VmxControls } from '../vmx-controls.js';
import { msrExits } from '../vmx-predicates.js';
import { vmread, vmwrite, type Hypervisor, type LevelBelow, type Step } from './hypervisor.js';

const RIP = 0x681e;
const RFLAGS = 0x6820;
const PREEMPTION_TIMER = 0x482e;

/** Host state that is written again after the thread has left the kernel or the processor: vmx_prepare_switch_to_guest. */
const HOST_SEGMENTS = [0x0c08, 0x0c0a, 0x6c06, 0x6c08];

/** What a handler executes besides the accesses to fields: single addresses are flushed by INVVPID (vpid_sync_vcpu_addr). */
const BESIDES: Partial<Record<ExitCause, readonly Step[]>> = {
  invlpg: [{ does: 'invvpid' }],
  cr3Write: [{ does: 'invvpid' }],
};

function handler(cause: ExitCause): readonly Step[] {
  const accesses = fieldAccesses(cause);
  const skips = accesses.writes.includes(RIP);
  return [
    ...accesses.reads.map(vmread),
    // A trap flag makes the instruction that was carried out trap: kvm_skip_emulated_instruction.
    ...(skips ? [vmread(RFLAGS)] : []),
    ...accesses.writes.map(vmwrite),
    ...(BESIDES[cause] ?? []),
  ];
}

const saved = HOST_SEGMENTS.map(vmwrite);

export const kvmVmx: Hypervisor = {
  source:
    'Linux 4.19, arch/x86/kvm/vmx.c: vmx_vcpu_run, vmx_handle_exit, skip_emulated_instruction, vmx_update_hv_timer',
  exit: [],
  /** The guest's timer runs as the preemption timer, which is set before each entry. */
  entry: [vmwrite(PREEMPTION_TIMER), { does: 'vmresume' }],
  handlers: Object.fromEntries(EXIT_CAUSES.map((cause) => [cause, handler(cause)])),
  userSpace: saved,
  sleep: [{ does: 'hlt' }, ...saved],
};

/** MSRs that a guest accesses without exits: SYSENTER_CS, ESP, EIP; FS_BASE, GS_BASE, KERNEL_GS_BASE. vmx_create_vcpu */
const DIRECT_MSRS = [0x174, 0x175, 0x176, 0xc000_0100, 0xc000_0101, 0xc000_0102];
/** CR0.TS: KVM_CR0_GUEST_OWNED_BITS. */
const GUEST_OWNED_CR0 = 0x8;

/** What KVM leaves to its guest besides what every VMM of its kind does. */
export function kvmVmxControls(controls: VmxControls): VmxControls {
  const primary = (controls.primary | (1 << PRIMARY.msrBitmaps)) >>> 0;
  return { ...controls, primary, msrBitmaps: vmxMsrBitmaps(true, DIRECT_MSRS), cr0Mask: ~GUEST_OWNED_CR0 >>> 0 };
}

/**
 * Fields that KVM shadows for a guest hypervisor: `arch/x86/kvm/vmx/vmcs_shadow_fields.h`. Those that may be read only are exit information,
 * and the access rights of CS and SS.
 */
const SHADOWED_READ_ONLY = [
  0x4402, 0x4404, 0x440c, 0x4406, 0x4408, 0x440a, 0x4816, 0x4818, 0x6400, 0x640a, 0x2400, 0x2401,
];
const SHADOWED = [
  ...[0x0810, 0x0812, 0x0c08, 0x0c0a, 0x4002, 0x4000, 0x4004, 0x4018, 0x4016, 0x401a, 0x401c, 0x4824, PREEMPTION_TIMER],
  ...[RIP, 0x681c, 0x6800, 0x6802, 0x6804, RFLAGS, 0x6000, 0x6004, 0x6006, 0x6c06, 0x6c08],
];

export interface VmxFeatures {
  /** VMCS shadowing. */
  readonly shadowing: boolean;
  /** Enlightened VMCS: the control structure of L1 is a page that both levels know. Hyper-V TLFS, 16. */
  readonly enlightened: boolean;
}

/** What exits of a hypervisor that runs on KVM on VT-x. */
export function belowVmx({ shadowing, enlightened }: VmxFeatures): LevelBelow {
  const readBitmap = fieldBitmap([...SHADOWED_READ_ONLY, ...SHADOWED]);
  const writeBitmap = fieldBitmap(SHADOWED);
  const msrs = vmxMsrBitmaps(true, DIRECT_MSRS);
  return (step) => {
    switch (step.does) {
      case 'vmread':
        return !enlightened && vmcsAccessExits(shadowing, readBitmap, step.field) ? step.does : null;
      case 'vmwrite':
        return !enlightened && vmcsAccessExits(shadowing, writeBitmap, step.field) ? step.does : null;
      case 'rdmsr':
      case 'wrmsr':
        return msrExits(msrs, step.msr, step.does === 'wrmsr') ? step.does : null;
      case 'vmresume':
      case 'vmptrld':
      case 'vmclear':
      case 'invept':
      case 'invvpid':
      case 'hlt':
      case 'interruptWindow':
        return step.does;
      default:
        throw new ModelError(`${step.does} is none of what KVM on VT-x executes for an exit`);
    }
  };
}
