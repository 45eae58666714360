/** What stands on the guest's side of a replay: it takes the events of a trace and the page faults of its references. */
import type { FaultHandler } from '../mmu/mmu.js';
import { KIND, type EventBatch } from '../trace/event.js';
import type { ExitCause } from '../vmm/exits.js';

export interface Guest extends FaultHandler {
  /** Carries out the event in a row: changes tables, switches address spaces, executes instructions. */
  event(batch: EventBatch, row: number): void;
}

/** Events that leave a virtual machine and have nothing to do with memory, whoever the guest is: what they exit for. */
export const SENSITIVE = {
  [KIND.cpuid]: 'cpuid',
  [KIND.io]: 'io',
  [KIND.hlt]: 'hlt',
  [KIND.rdmsr]: 'rdmsr',
  [KIND.wrmsr]: 'wrmsr',
  [KIND.interrupt]: 'interrupt',
} as const satisfies Record<number, ExitCause>;

export function isSensitive(kind: number): kind is keyof typeof SENSITIVE {
  return Object.hasOwn(SENSITIVE, kind);
}
