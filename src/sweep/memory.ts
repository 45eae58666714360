/** Memory that this process may use. */
import { totalmem } from 'node:os';

/** Of the machine, or of the control group that the process runs in, if that is less. */
export function memoryThatThereIs(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}
