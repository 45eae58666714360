/** Memory that this process may use. */
import { totalmem } from 'node:os';
import type { Allocation } from './allocation.js';

/** What cells and traces may take of it; the rest is for the program itself. */
export const PART_FOR_CELLS = 0.75;

/** In bytes: of the machine, of the control group that the process runs in, or of the job that it is, whichever is least. */
export function memoryThatThereIs({ memoryMiB = Infinity }: Allocation): number {
  const allowed = process.constrainedMemory();
  return Math.min(allowed > 0 ? allowed : Infinity, totalmem(), memoryMiB * 2 ** 20);
}
