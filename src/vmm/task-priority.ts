/** The task priority of a guest, and interrupts that wait for it to fall: Intel SDM vol. 3C, 30.1.2; AMD APM vol. 2, 15.21. */

/** Offset of the task-priority register in the APIC's page. */
export const TPR_OFFSET = 0x80;

export class TaskPriority {
  /** 0 to 15. */
  value = 0;
  /** Priority class of the interrupt that waits; 0: none does. */
  private waiting = 0;

  /** An interrupt for the guest: it waits while its class is not above the task priority. */
  arrive(vector: number): void {
    const level = vector >> 4;
    if (level <= this.value) this.waiting = Math.max(this.waiting, level);
  }

  /** @returns whether an interrupt that waited may come in now: the value fell below the threshold that the VMM had set */
  write(value: number): boolean {
    this.value = value & 15;
    if (this.value >= this.waiting) return false;
    this.waiting = 0;
    return true;
  }
}
