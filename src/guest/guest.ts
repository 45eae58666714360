/** What stands on the guest's side of a replay: it takes the events of a trace and the page faults of its references. */
import type { FaultHandler } from '../mmu/mmu.js';
import type { EventBatch } from '../trace/event.js';

export interface Guest extends FaultHandler {
  /** Carries out the event in a row: changes tables, switches address spaces, executes instructions. */
  event(batch: EventBatch, row: number): void;
}
