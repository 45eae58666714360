/**
 * Three levels: L0 on the machine, L1 a hypervisor in its virtual machine, L2 the guest of L1. What L1's VMM takes for the memory of a machine
 * is the guest-physical memory of L1, and what it takes for a processor is what L0 makes of one.
 *
 * L1's memory begins with its own, where its tables lie; the rest it gives to L2 as it is. Where L2's frames lie in the machine is so that of
 * the host memory that a guest of one level would have.
 */
import { GuestMemory } from '../../memory/guest-memory.js';
import { HostMemory } from '../../memory/host-memory.js';
import { sequentialFrames } from '../../memory/frames.js';
import type { ExitDetail } from '../../vmm/exit-information.js';
import { noExits, type ExitCause } from '../../vmm/exits.js';
import { exitsBelow, stepsOf, type Hypervisor, type LevelBelow, type Way } from '../../vmm/hypervisors/hypervisor.js';
import type { Instruction } from '../../vmm/instructions.js';
import { firstRegisters, noTraffic, type Vcpu } from '../../vmm/vcpu.js';
import type { TablesInUse } from '../../vmm/setup.js';
import type { WalkStatus } from '../../mmu/walker.js';
import type { LowerLevel, Platform } from '../strategy.js';

/** Frames of L1's own memory, and the system frame where they begin: between the tables of L0 and the memory of L2. */
const OWN_FRAMES = 2 ** 18;
const OWN_AT = 2 ** 19;

/** L1's memory on the machine. */
class OuterMemory extends HostMemory {
  /** @param inner where L2's frames lie in the machine */
  constructor(
    private readonly inner: HostMemory,
    blockFrames: number,
  ) {
    super({ firstFrame: OWN_AT, frames: OWN_FRAMES + inner.frames, blockFrames, scatterSeed: null });
  }

  override frameOf(frame: number): number {
    return frame < OWN_FRAMES ? OWN_AT + frame : this.inner.frameOf(frame - OWN_FRAMES);
  }

  override guestFrameOf(frame: number): number {
    const own = frame >= OWN_AT && frame < OWN_AT + OWN_FRAMES;
    return own ? frame - OWN_AT : OWN_FRAMES + this.inner.guestFrameOf(frame);
  }
}

/** What L1 is, and what of its instructions L0 has to carry out; null: L1 enters its guest without the hardware's help. */
export interface GuestHypervisor {
  readonly hypervisor: Hypervisor;
  readonly below: LevelBelow;
}

/** The processor that L0 gives to L1: each exit of L2 that L1 has asked for is L0's first, and all that L1 executes for it may be. */
export class ReflectingVcpu implements Vcpu {
  /** Exits of L2 that L1 has been told of. */
  reflected = 0;
  /** Who carries the next exit out. */
  way: Way = 'kernel';
  /** L1 has not entered L2 since. */
  left = true;

  constructor(
    private readonly asked: Vcpu,
    private readonly exitsOfL0: Record<ExitCause, number>,
    private readonly guest: GuestHypervisor | null,
  ) {}

  get exit() {
    return this.asked.exit;
  }

  get registers() {
    return this.asked.registers;
  }

  get traffic() {
    return this.asked.traffic;
  }

  use(tables: TablesInUse): void {
    this.asked.use(tables);
  }

  setCr3Targets(values: readonly number[]): void {
    this.asked.setCr3Targets(values);
  }

  execute(instruction: Instruction): ExitCause | null {
    return this.asked.execute(instruction);
  }

  exits(cause: ExitCause, detail: ExitDetail): boolean {
    return this.asked.exits(cause, detail);
  }

  roundTrip(cause: ExitCause, detail: ExitDetail, cr3: number): void {
    this.asked.roundTrip(cause, detail, cr3);
    this.reflected++;
    this.left = true;
    if (this.guest === null) {
      this.exitsOfL0.pvmSwitch++;
      return;
    }
    const { hypervisor, below } = this.guest;
    for (const exit of exitsBelow(stepsOf(hypervisor, cause, this.way), below)) this.exitsOfL0[exit]++;
  }
}

/** The machine as L0's VMM has it: whatever its tables refuse exits. @param told of each exit, by its cause in L0 */
export class LowestVcpu implements Vcpu {
  readonly exit = null;
  readonly registers = firstRegisters();
  readonly traffic = noTraffic();

  constructor(private readonly told: (cause: ExitCause) => void = () => undefined) {}

  use(): void {
    // Its controls never change.
  }

  setCr3Targets(): void {
    // All loads of CR3 exit.
  }

  execute(): null {
    return null;
  }

  exits(): true {
    return true;
  }

  roundTrip(cause: ExitCause): void {
    this.told(cause);
  }
}

/** Sizes of pages that L0 and L1 map, in frames; as the machine's host pages unless they are given. */
export interface Blocks {
  readonly l0?: number;
  readonly l1?: number;
}

export interface Levels {
  readonly l0: Platform;
  readonly l1: Platform;
  readonly vcpu: ReflectingVcpu;
  /** L1's. */
  readonly memory: GuestMemory;
}

/** The frame of L1 that a frame of L2 is. */
export function frameInL1(guestFrame: number): number {
  return OWN_FRAMES + guestFrame;
}

/** Whether a frame of L1 is its own; others it has given to L2. */
export function isOwn(frame: number): boolean {
  return frame < OWN_FRAMES;
}

export function levels(platform: Platform, guest: GuestHypervisor | null, blocks: Blocks = {}): Levels {
  const { host } = platform;
  const { l0 = host.blockFrames, l1 = host.blockFrames } = blocks;
  const outer = new OuterMemory(host, l0);
  const inner = new HostMemory({
    ...{ firstFrame: OWN_FRAMES, frames: host.frames, blockFrames: l1 },
    scatterSeed: null,
  });
  inner.backing = host.backing;
  const memory = new GuestMemory(platform.memory, outer);
  const vcpu = new ReflectingVcpu(platform.vcpu!, platform.exits, guest);
  return {
    l0: { ...platform, host: outer, vcpu: new LowestVcpu() },
    l1: {
      ...platform,
      memory,
      vmmFrames: sequentialFrames(1, OWN_FRAMES - 1, "L1's own memory (fixed)"),
      host: inner,
      exits: guest === null ? noExits() : platform.exits,
      vcpu,
    },
    vcpu,
    memory,
  };
}

/** What L0 does when L2 runs. */
export interface Below {
  readonly walk: LowerLevel['walk'];
  /** When L1 enters L2. */
  readonly enter: () => void;
}

/** L1 enters L2, if it has not since L2's last exit. */
export function resume({ vcpu }: Levels, { enter }: Below): void {
  if (vcpu.left) enter();
  vcpu.left = false;
}

/** L1's platform, with what happens below it. */
export function platformOfL1(levels: Levels, below: Below): Platform {
  const walk = (vpn: number, access: number): WalkStatus => {
    resume(levels, below);
    return below.walk(vpn, access);
  };
  return { ...levels.l1, below: { walk } };
}
