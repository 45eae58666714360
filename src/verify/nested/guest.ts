/**
 * The measured guest: a bare 64-bit program on a small VMM, under KVM on the machine or under KVM in a virtual machine of KVM. Its tables are
 * written word by word, so that its page faults are those of real tables.
 *
 * Under VT-x too the nested tables have the format of long mode, not that of EPT: it decides no exit.
 *
 * What has happened before a count begins: L0 has given all of L1's memory, in pages of 2 MiB, and L1 the program and its tables.
 */
import { resolveConfig } from '../../config/resolve.js';
import { newCounters } from '../../counters/counters.js';
import { ModelError } from '../../errors.js';
import { PTE } from '../../memory/formats/index.js';
import { fourLevel } from '../../memory/formats/four-level.js';
import { entryIndex, makeHigh, makeLow } from '../../memory/page-table.js';
import { REGION_PAGES } from '../../memory/address.js';
import { nested } from '../../paging/nested.js';
import { shadow } from '../../paging/shadow/shadow.js';
import { frameInL1 } from '../../paging/stacked/levels.js';
import { nestedOnNested } from '../../paging/stacked/nested-on-nested.js';
import { shadowOnNested } from '../../paging/stacked/shadow-on-nested.js';
import { shadowOnShadow } from '../../paging/stacked/shadow-on-shadow.js';
import { Stacked, type StackOptions } from '../../paging/stacked/stacked.js';
import { ACCESS, OUTCOME, type PagingStrategy, type Platform } from '../../paging/strategy.js';
import { hardware } from '../../run/hardware.js';
import { NO_PAGES, processor } from '../../run/processor.js';
import { setupOf } from '../../run/vcpu.js';
import type { ExitCause } from '../../vmm/exits.js';
import { belowSvm, kvmSvm, kvmSvmControls } from '../../vmm/hypervisors/kvm-svm.js';
import { belowVmx, kvmVmx, kvmVmxControls } from '../../vmm/hypervisors/kvm-vmx.js';
import type { Way } from '../../vmm/hypervisors/hypervisor.js';
import type { Instruction } from '../../vmm/instructions.js';
import type { Setup } from '../../vmm/setup.js';
import { SvmVcpu } from '../../vmm/svm-vcpu.js';
import { VmxVcpu } from '../../vmm/vmx-vcpu.js';
import type { FeatureSet } from './features.js';
import { FreshMemory } from './fresh-memory.js';

/** L0 alone, or with a hypervisor in its virtual machine: which features each has. */
export interface Stack {
  readonly l0: FeatureSet;
  readonly l1: FeatureSet | null;
}

const FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed | PTE.dirty;
/** The program's own memory: its tables, and a pool of frames for new ones. */
const PROGRAM_FRAMES = 2 * REGION_PAGES;
const ROOT = 1;
const OTHER_ROOT = 2;
const GIB_PAGES = 2 ** 18;
/** Its root entry 0 leads to its own first GiB, entry 1 to all memory in pages of 1 GiB, entry 2 to what it maps as it goes. */
const LINEAR = 2 ** 27;
export const MAPPED = 2 ** 28;
const LINEAR_GIB = 512;

export class MeasuredGuest {
  readonly platform: Platform;
  readonly paging: PagingStrategy;
  private readonly memory = new FreshMemory();
  private nextFrame = 8;

  constructor(readonly stack: Stack) {
    const { l0, l1 } = stack;
    const config = resolveConfig({ machine: 'amd-zen4', set: ['guest.memoryMib=1048576'] });
    const definition = (l1 ?? l0).npt ? nested : shadow;
    const { platform } = hardware(config, definition, processor(config, true, false, NO_PAGES), newCounters());
    platform.host.backing = this.memory;
    const setup = setupOf(config, definition);
    this.platform = { ...platform, vcpu: l0.vmx ? vmxVcpu(setup) : svmVcpu(setup, l1 ?? l0) };
    this.paging = l1 === null ? definition.create(this.platform) : this.stacked(l0, l1);
    this.begin();
  }

  private stacked(l0: FeatureSet, l1: FeatureSet): Stacked {
    const { policy } = this.platform;
    const guest = l0.vmx
      ? { hypervisor: kvmVmx, below: belowVmx({ shadowing: l0.shadowing, enlightened: l0.evmcs }) }
      : { hypervisor: kvmSvm, below: belowSvm(kvmSvmControls(l0)) };
    const options: StackOptions = { guest, l0: policy, l1: policy, blocks: { l0: REGION_PAGES, l1: 1 } };
    const build = l1.npt ? nestedOnNested : l0.npt ? shadowOnNested : shadowOnShadow;
    return build(this.platform, options);
  }

  private begin(): void {
    const { paging } = this;
    if (paging instanceof Stacked) paging.outer.back(0, frameInL1(0));
    const [own, linear] = [this.newTable(), this.newTable()];
    for (const root of [ROOT, OTHER_ROOT]) {
      this.set(root, 0, own);
      this.set(root, 1, linear);
    }
    for (const gib of [0, 1]) this.set(own, gib, gib * GIB_PAGES, FLAGS | PTE.large);
    for (let gib = 0; gib < LINEAR_GIB; gib++) this.set(linear, gib, gib * GIB_PAGES, FLAGS | PTE.large);
    paging.cr3Write(ROOT);
    for (let frame = 0; frame < PROGRAM_FRAMES; frame++) this.touch(frame, frame >= this.nextFrame);
  }

  /** A table of the program: from a pool that has been touched. */
  newTable(): number {
    return this.nextFrame++;
  }

  set(table: number, index: number, frame: number, flags: number = FLAGS): void {
    this.paging.writeEntry(table, index, makeLow(frame, flags), makeHigh(frame));
  }

  clear(table: number, index: number): void {
    this.paging.writeEntry(table, index, 0, 0);
  }

  cr3Write(other: boolean): void {
    this.paging.cr3Write(other ? OTHER_ROOT : ROOT);
  }

  /** The table of a level on the way to a page of which nothing is mapped yet, with the tables above it. */
  tableAbove(vpn: number, level: number): number {
    let table = ROOT;
    for (let above = 4; above > level; above--) {
      const below = this.newTable();
      this.set(table, entryIndex(fourLevel, vpn, above), below);
      table = below;
    }
    return table;
  }

  /** Exits for RDMSR that the guest itself has made. */
  ownMsrExits = 0;

  execute(instruction: Instruction, way: Way = 'kernel'): void {
    if (instruction.name === 'rdmsr') this.ownMsrExits++;
    if (this.paging instanceof Stacked) this.paging.execute(instruction, way);
    else this.paging.execute(instruction);
  }

  /** First touches go through pages of 1 GiB. */
  touchMemory(frame: number, write: boolean): void {
    if (this.paging instanceof Stacked) this.paging.outer.map(frameInL1(frame));
    this.touch(LINEAR + frame, write);
  }

  /** @returns whether the program's own tables have the page */
  touch(vpn: number, write = true): boolean {
    const { paging } = this;
    const outcome = paging.translate(vpn, write ? ACCESS.write : ACCESS.read);
    if (outcome === OUTCOME.emulated) throw new ModelError('the program stores to its tables by entries');
    if (outcome === OUTCOME.guestFault) paging.guestFault();
    else this.given(write);
    return outcome === OUTCOME.translated;
  }

  /** The host gives the frame that was touched; L1's kernel needs a page table of its process for each new 2 MiB of it. */
  private given(write: boolean): void {
    const { paging } = this;
    const { frame } = paging.translation;
    const fresh = this.memory.touch(this.platform.host.guestFrameOf(frame), write);
    if (!fresh || !(paging instanceof Stacked)) return;
    const { l1, memory } = paging.levels;
    memory.clear(l1.vmmFrames.allocate());
  }

  get exits(): Readonly<Record<ExitCause, number>> {
    return this.platform.exits;
  }

  /** Exits of L2 that L1's KVM has handled. */
  get reflected(): number {
    return this.paging instanceof Stacked ? this.paging.levels.vcpu.reflected : 0;
  }
}

function svmVcpu(setup: Setup, features: FeatureSet): SvmVcpu {
  return new SvmVcpu(setup, true, undefined, () => kvmSvmControls(features));
}

/** Without the APIC-access page: what the guest reads is memory of a device. */
function vmxVcpu(setup: Setup): VmxVcpu {
  const vcpu = new VmxVcpu({ ...setup, features: { ...setup.features, apicAccessPage: false } });
  vcpu.vmcs.controls = kvmVmxControls(vcpu.vmcs.controls);
  return vcpu;
}
