/** Tools that can record a program. A new one is a file here and a line below. */
import { lackey } from './lackey.js';
import { perf } from './perf.js';
import { qemuSystem } from './qemu-system.js';
import { qemuUser } from './qemu-user.js';
import type { Recorder } from './recorder.js';

export const RECORDERS = { lackey, 'qemu-user': qemuUser, perf, 'qemu-system': qemuSystem } as const satisfies Record<
  string,
  Recorder
>;

export type RecorderName = keyof typeof RECORDERS;
