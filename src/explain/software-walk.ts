/** How a VMM with shadow tables reads the guest's: a walk in software, which makes no references of the hardware. */
import { addressOf } from '../memory/address.js';
import { softwareWalker } from '../paging/hardware.js';
import type { Platform } from '../paging/strategy.js';
import { Recorder } from './recorder.js';
import type { Access, Walk } from './step.js';
import { bitsOf, explainWalk, pageOf, RECEIVERS } from './walk.js';

export function explainSoftwareWalk(platform: Platform, root: number, access: Access): Walk {
  const software = softwareWalker(platform);
  software.guest.setRoot(addressOf(root));
  software.marks = false;
  const recorder = new Recorder(software, 'guest');
  const around = { receiver: RECEIVERS.reflected, advancedExitInfo: false };
  return explainWalk(
    software,
    recorder,
    access,
    around,
    () => software.walk(pageOf(access), bitsOf(access)),
    'softwareWalk',
  );
}
