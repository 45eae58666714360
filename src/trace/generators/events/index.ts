/** The generators of event micro-workloads. A new one is a file here and a line below; Adams & Agesen's seven (ASPLOS 2006, 6.2) come first. */
import type { EventGenerator } from '../event-generator.js';
import { callret } from './callret.js';
import { cowStorm } from './cow-storm.js';
import { cr8wr } from './cr8wr.js';
import { divzero } from './divzero.js';
import { forkwait } from './forkwait.js';
import { portIn } from './in.js';
import { mmapTouchMunmap } from './mmap-touch-munmap.js';
import { mprotectFlips } from './mprotect-flips.js';
import { pgfault } from './pgfault.js';
import { ptemod } from './ptemod.js';
import { switchRing } from './switch-ring.js';
import { syscall } from './syscall.js';
import { tprStorm } from './tpr-storm.js';

export const EVENT_GENERATORS = {
  syscall,
  in: portIn,
  cr8wr,
  callret,
  pgfault,
  divzero,
  ptemod,
  forkwait,
  'mmap-touch-munmap': mmapTouchMunmap,
  'mprotect-flips': mprotectFlips,
  'switch-ring': switchRing,
  'cow-storm': cowStorm,
  'tpr-storm': tprStorm,
} as const satisfies Record<string, EventGenerator>;

export type EventGeneratorName = keyof typeof EVENT_GENERATORS;
