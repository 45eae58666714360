/** A virtual processor under AMD-V: its VMCB decides. AMD APM vol. 2, 15. */
import { ModelError } from '../errors.js';
import { svmExit, type ExitDetail, type SvmExit } from './exit-information.js';
import type { ExitCause } from './exits.js';
import type { Instruction } from './instructions.js';
import { SENSITIVE_INSTRUCTIONS, type SensitiveInstruction, type SensitiveName } from './sensitive-instructions.js';
import type { Setup, TablesInUse } from './setup.js';
import { svmControls, svmViolations, type SvmControls } from './svm-controls.js';
import {
  cr0WriteExit,
  general1Exits,
  general2Exits,
  ioExits,
  msrExits,
  registerExits,
  type General1,
} from './svm-predicates.js';
import { TaskPriority } from './task-priority.js';
import { firstRegisters, noTraffic, type Registers, type Vcpu } from './vcpu.js';
import { VMCB_EXIT, VMCB_GROUP_NAMES, vmrunLoads, type VmcbGroup } from './vmcb.js';
import { exceptionExits } from './vmx-predicates.js';

export interface Vmcb {
  guest: Registers;
  controls: SvmControls;
  exit: SvmExit | null;
}

const PAGE_FAULT = 14;
const TS = 8;
/** Groups that the VMM writes for an exit; it writes RIP for all, which is always loaded. */
const CHANGED: Partial<Record<ExitCause, readonly VmcbGroup[]>> = {
  guestFault: ['cr2'],
  cr0Write: ['controlRegisters'],
  cr3Write: ['controlRegisters'],
  cr4Write: ['controlRegisters'],
  interrupt: ['tpr'],
  cr8Write: ['tpr'],
};

export class SvmVcpu implements Vcpu {
  readonly vmcb: Vmcb;
  registers: Registers = firstRegisters();
  readonly traffic = noTraffic();
  private readonly priority = new TaskPriority();
  private readonly all = new Set(VMCB_GROUP_NAMES);

  /**
   * @param hasNestedPaging whether the processor has
   * @throws ModelError where VMRUN would refuse the controls: a configuration is checked before
   */
  constructor(
    private readonly setup: Setup,
    private readonly hasNestedPaging: boolean,
    private readonly host: Registers = firstRegisters(),
    private readonly controlsOf: (setup: Setup) => SvmControls = svmControls,
  ) {
    this.vmcb = { guest: this.registers, controls: this.entered(setup), exit: null };
  }

  use(tables: TablesInUse): void {
    this.vmcb.controls = this.entered({ ...this.setup, ...tables });
  }

  setCr3Targets(): void {
    throw new ModelError('AMD-V has no CR3-target values');
  }

  get exit(): SvmExit | null {
    return this.vmcb.exit;
  }

  execute({ name, operand }: Instruction): ExitCause | null {
    const { controls } = this.vmcb;
    const { general1, msrPermissions, ioPermissions } = controls;
    const when = (intercept: General1, cause: ExitCause): ExitCause | null =>
      general1Exits(general1, intercept) ? cause : null;
    switch (name) {
      case 'cpuid':
        return when('CPUID', name);
      case 'vmcall':
        return general2Exits(controls.general2, 'VMMCALL') ? name : null;
      case 'io':
        return ioPermissions !== null && ioExits(ioPermissions, operand ?? 0, 1) ? when('IOIO', name) : null;
      case 'rdtsc':
        return when('RDTSC', name);
      case 'hlt':
        return when('HLT', name);
      case 'rdmsr':
      case 'wrmsr':
        return msrPermissions !== null && msrExits(msrPermissions, operand ?? 0, name === 'wrmsr')
          ? when('MSR', name)
          : null;
      case 'interrupt':
        if (operand !== null) this.priority.arrive(operand);
        return when('INTR', name);
      case 'cr0Write':
        return this.writeCr0(operand!);
      case 'clts':
        return this.writeCr0(this.registers.cr0 & ~TS);
      case 'cr4Write':
        this.registers = { ...this.registers, cr4: operand! };
        return registerExits(controls.crWrites, 4) ? name : null;
      case 'cr3Read':
        return registerExits(controls.crReads, 3) ? name : null;
      case 'cr4Read':
        return registerExits(controls.crReads, 4) ? name : null;
      case 'interruptWindow':
        return name;
      case 'cr8Read':
        return registerExits(controls.crReads, 8) ? name : null;
      case 'cr8Write':
        this.priority.write(operand!);
        return registerExits(controls.crWrites, 8) ? name : null;
      case 'apicRead':
      case 'apicWrite':
        return controls.npEnable ? 'mmio' : 'mmioFault';
      case 'exception':
        return exceptionExits(controls.exceptions, operand!) ? name : null;
      default:
        return this.executeSensitive(name);
    }
  }

  exits(cause: ExitCause): boolean {
    const { crWrites, general1, npEnable, exceptions } = this.vmcb.controls;
    switch (cause) {
      case 'cr3Write':
        return registerExits(crWrites, 3);
      case 'invlpg':
        return general1Exits(general1, 'INVLPG');
      case 'nestedFault':
        return npEnable;
      case 'policyTimer':
      case 'sliceEnd':
        return general1Exits(general1, 'INTR');
      default:
        return exceptionExits(exceptions, PAGE_FAULT);
    }
  }

  roundTrip(cause: ExitCause, detail: ExitDetail, cr3: number): void {
    const { vmcb, traffic } = this;
    vmcb.guest = { ...this.registers, cr3, cr8: this.priority.value };
    vmcb.exit = svmExit(cause, detail);
    this.registers = this.host;
    const changed = this.setup.features.vmcbClean ? new Set(CHANGED[cause] ?? []) : this.all;
    traffic.stateStores += VMCB_EXIT.stores;
    traffic.stateLoads += VMCB_EXIT.loads + vmrunLoads(changed);
    traffic.cleanSkips += vmrunLoads(this.all) - vmrunLoads(changed);
    this.registers = vmcb.guest;
  }

  private entered(setup: Setup): SvmControls {
    const controls = this.controlsOf(setup);
    const broken = svmViolations(controls, this.hasNestedPaging);
    if (broken.length > 0) throw new ModelError(`VMRUN fails: ${broken.join('; ')}`);
    return controls;
  }

  private writeCr0(value: number): ExitCause | null {
    const { crWrites, general1 } = this.vmcb.controls;
    const exit = cr0WriteExit(crWrites, general1, this.registers.cr0, value);
    this.registers = { ...this.registers, cr0: value };
    return exit === null ? null : 'cr0Write';
  }

  private executeSensitive(name: SensitiveName): ExitCause | null {
    const { svm, exit }: SensitiveInstruction = SENSITIVE_INSTRUCTIONS[name];
    const { general1, crReads } = this.vmcb.controls;
    if (svm === null) return null;
    const exits = svm === 'CR0_READ' ? registerExits(crReads, 0) : general1Exits(general1, svm);
    return exits ? exit : null;
  }
}
