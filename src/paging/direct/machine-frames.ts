/**
 * Which guest frame lies at a system frame: Xen's machine-to-physical table, which a paravirtual guest reads its own entries with. Where
 * the machine's memory is in order it is arithmetic.
 */
import type { HostMemory } from '../../memory/host-memory.js';

export class MachineFrames {
  private readonly inOrder: boolean;
  private readonly guestFrames = new Map<number, number>();

  constructor(private readonly host: HostMemory) {
    this.inOrder = host.guestFrameOf(host.frameOf(0)) === 0;
  }

  systemOf(guestFrame: number): number {
    const frame = this.host.frameOf(guestFrame);
    if (!this.inOrder) this.guestFrames.set(frame, guestFrame);
    return frame;
  }

  /** Only of frames that `systemOf` was asked for. */
  guestOf(frame: number): number {
    return this.inOrder ? this.host.guestFrameOf(frame) : (this.guestFrames.get(frame) ?? -1);
  }
}
