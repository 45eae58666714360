/** A virtual processor under VT-x: its VMCS decides. Intel SDM vol. 3C, 26 to 28. */
import { ModelError } from '../errors.js';
import { vmxExit, type ExitDetail, type VmxExit } from './exit-information.js';
import type { ExitCause } from './exits.js';
import type { Instruction } from './instructions.js';
import { SENSITIVE_INSTRUCTIONS, type SensitiveInstruction, type SensitiveName } from './sensitive-instructions.js';
import type { Setup, TablesInUse } from './setup.js';
import { TaskPriority, TPR_OFFSET } from './task-priority.js';
import { firstRegisters, noTraffic, type Registers, type Vcpu } from './vcpu.js';
import { vmcsTraffic, type VmcsTraffic } from './vmcs.js';
import { fieldAccesses } from './vmm-accesses.js';
import { isSet, PIN, PRIMARY, SECONDARY, vmxControls, vmxViolations, type VmxControls } from './vmx-controls.js';
import {
  clts,
  exceptionExits,
  ioExits,
  movToCr3Exits,
  movToCrExits,
  msrExits,
  pageFaultExits,
} from './vmx-predicates.js';

export interface Vmcs {
  guest: Registers;
  readonly host: Registers;
  controls: VmxControls;
  exit: VmxExit | null;
}

export class VmxVcpu implements Vcpu {
  readonly vmcs: Vmcs;
  /** Of the processor: the guest's while it runs, the host's while the VMM does. */
  registers: Registers = firstRegisters();
  readonly traffic = noTraffic();
  private moved: VmcsTraffic;
  private readonly priority = new TaskPriority();

  /** @throws ModelError where VM entry would refuse the controls: a configuration is checked before */
  constructor(
    private readonly setup: Setup,
    host: Registers = firstRegisters(),
  ) {
    this.vmcs = { guest: this.registers, host, controls: entered(vmxControls(setup)), exit: null };
    this.moved = vmcsTraffic(setup.nested);
  }

  use(tables: TablesInUse): void {
    const { cr0ReadShadow, cr4ReadShadow } = this.vmcs.controls;
    const controls = entered(vmxControls({ ...this.setup, ...tables }));
    this.vmcs.controls = { ...controls, cr0ReadShadow, cr4ReadShadow };
    this.moved = vmcsTraffic(tables.nested);
  }

  setCr3Targets(values: readonly number[]): void {
    const { controls } = this.vmcs;
    if (values.length === controls.cr3Targets.length && values.every((value, at) => value === controls.cr3Targets[at]))
      return;
    this.vmcs.controls = entered({ ...controls, cr3Targets: values });
    this.traffic.vmwrites += values.length + 1;
  }

  get exit(): VmxExit | null {
    return this.vmcs.exit;
  }

  execute({ name, operand, value }: Instruction): ExitCause | null {
    const { controls } = this.vmcs;
    const { primary } = controls;
    const when = (bit: number, cause: ExitCause): ExitCause | null => (isSet(primary, bit) ? cause : null);
    switch (name) {
      case 'cpuid':
      case 'vmcall':
      case 'interruptWindow':
        return name;
      case 'io': {
        const bitmaps = isSet(primary, PRIMARY.ioBitmaps) ? controls.ioBitmaps : null;
        return ioExits(isSet(primary, PRIMARY.unconditionalIo), bitmaps, operand ?? 0, 1) ? name : null;
      }
      case 'rdtsc':
        return when(PRIMARY.rdtsc, name);
      case 'hlt':
        return when(PRIMARY.hlt, name);
      case 'rdmsr':
      case 'wrmsr': {
        const bitmaps = isSet(primary, PRIMARY.msrBitmaps) ? controls.msrBitmaps : null;
        return msrExits(bitmaps, operand ?? 0, name === 'wrmsr') ? name : null;
      }
      case 'interrupt':
        if (operand !== null) this.priority.arrive(operand);
        return isSet(controls.pin, PIN.externalInterrupt) ? name : null;
      case 'cr0Write':
        return this.writeRegister(name, 'cr0', controls.cr0Mask, controls.cr0ReadShadow, operand!);
      case 'cr4Write':
        return this.writeRegister(name, 'cr4', controls.cr4Mask, controls.cr4ReadShadow, operand!);
      case 'clts':
        return clts(controls.cr0Mask, controls.cr0ReadShadow) === 'exits' ? 'cr0Write' : null;
      case 'cr3Read':
        return when(PRIMARY.cr3Store, name);
      case 'cr4Read': // host-owned bits come from the read shadow
        return null;
      case 'cr8Read':
        return when(PRIMARY.cr8Store, name);
      case 'cr8Write':
        return this.writePriority(operand!) ?? when(PRIMARY.cr8Load, name);
      case 'apicRead':
      case 'apicWrite':
        return this.accessApic(operand!, name === 'apicWrite' ? (value ?? 0) : null);
      case 'exception':
        return exceptionExits(controls.exceptionBitmap, operand!) ? name : null;
      default:
        return this.executeSensitive(name);
    }
  }

  exits(cause: ExitCause, { errorCode = 0, operand }: ExitDetail): boolean {
    const { pin, primary, secondary, exceptionBitmap, pfecMask, pfecMatch, cr3Targets } = this.vmcs.controls;
    switch (cause) {
      case 'cr3Write':
        return movToCr3Exits(isSet(primary, PRIMARY.cr3Load), cr3Targets, operand ?? NaN);
      case 'invlpg':
        return isSet(primary, PRIMARY.invlpg);
      case 'nestedFault':
        return isSet(secondary, SECONDARY.ept);
      case 'sliceEnd':
        return isSet(pin, PIN.externalInterrupt);
      case 'policyTimer':
        return isSet(pin, PIN.preemptionTimer);
      default:
        return pageFaultExits(exceptionBitmap, pfecMask, pfecMatch, errorCode);
    }
  }

  roundTrip(cause: ExitCause, detail: ExitDetail, cr3: number): void {
    const { vmcs, traffic, moved } = this;
    vmcs.guest = { ...this.registers, cr3, cr8: this.priority.value };
    vmcs.exit = vmxExit(cause, detail);
    this.registers = vmcs.host;
    const { reads, writes } = fieldAccesses(cause);
    traffic.stateStores += moved.exitStores;
    traffic.stateLoads += moved.exitLoads + moved.entryLoads;
    traffic.vmreads += reads.length;
    traffic.vmwrites += writes.length;
    this.registers = vmcs.guest;
  }

  private writeRegister(
    cause: 'cr0Write' | 'cr4Write',
    register: 'cr0' | 'cr4',
    mask: number,
    shadow: number,
    value: number,
  ): ExitCause | null {
    const exits = movToCrExits(mask, shadow, value);
    const { controls } = this.vmcs;
    // Either way the guest has its value afterwards: the VMM carries the instruction out, and the guest reads host-owned bits from the shadow.
    if (register === 'cr0') controls.cr0ReadShadow = value;
    else controls.cr4ReadShadow = value;
    this.registers = { ...this.registers, [register]: ((this.registers[register] & mask) | (value & ~mask)) >>> 0 };
    return exits ? cause : null;
  }

  /** Through the TPR shadow; null where that is off, or nothing comes of it. */
  private writePriority(value: number): ExitCause | null {
    const below = this.priority.write(value);
    return below && isSet(this.vmcs.controls.primary, PRIMARY.tprShadow) ? 'tprBelowThreshold' : null;
  }

  /** 30.4: with the TPR shadow, accesses to the task priority are virtualized; others exit. */
  private accessApic(offset: number, written: number | null): ExitCause | null {
    const { primary, secondary } = this.vmcs.controls;
    if (!isSet(secondary, SECONDARY.virtualizeApicAccesses))
      return isSet(secondary, SECONDARY.ept) ? 'mmio' : 'mmioFault';
    if (offset !== TPR_OFFSET || !isSet(primary, PRIMARY.tprShadow)) return 'apicAccess';
    return written === null ? null : this.writePriority(written >> 4);
  }

  private executeSensitive(name: SensitiveName): ExitCause | null {
    const { vmx, exit }: SensitiveInstruction = SENSITIVE_INSTRUCTIONS[name];
    return vmx !== null && isSet(this.vmcs.controls.secondary, SECONDARY.descriptorTables) ? exit : null;
  }
}

function entered(controls: VmxControls): VmxControls {
  const broken = vmxViolations(controls);
  if (broken.length > 0) throw new ModelError(`VM entry fails: ${broken.join('; ')}`);
  return controls;
}
