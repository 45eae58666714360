/** How a VMM with shadow tables reads the guest's: a walk in software, which makes no references of the hardware. */
import { addressOf } from '../memory/address.js';
import { Dimension } from '../mmu/dimension.js';
import { Walker } from '../mmu/walker.js';
import type { Platform } from '../paging/strategy.js';
import { Recorder } from './recorder.js';
import type { Access, Walk } from './step.js';
import { bitsOf, explainWalk, pageOf, RECEIVERS } from './walk.js';

export function explainSoftwareWalk({ memory, walker, controls, host }: Platform, root: number, access: Access): Walk {
  const software = new Walker(memory, new Dimension(walker.guest.format, addressOf(root), controls));
  software.map = host;
  software.marks = false;
  const recorder = new Recorder(software, 'guest');
  const around = { receiver: RECEIVERS.nested, advancedExitInfo: false };
  return explainWalk(
    software,
    recorder,
    access,
    around,
    () => software.walk(pageOf(access), bitsOf(access)),
    'softwareWalk',
  );
}
