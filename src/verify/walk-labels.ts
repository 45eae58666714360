/** The references of a nested walk by their published names: G1 to G4 are the guest's entries from the root, GiHj the nested entries that find Gi, UDHj those that find the data. */
import { ModelError } from '../errors.js';
import { ACCESS } from '../mmu/dimension.js';
import { GUEST } from '../mmu/walk-observer.js';
import { buildNested } from './tables.js';

/** Of a walk in tables of 4 levels, guest's and nested, whose leaves are at these levels. */
export function walkLabels(guestLevel: number, hostLevel: number, vpn: number): string[] {
  const { walker } = buildNested('4level', guestLevel, '4level', hostLevel, vpn);
  const labels: string[] = [];
  let found = 1;
  walker.observer = {
    reference(dimension, level) {
      const step = 5 - level;
      if (dimension !== GUEST) labels.push(`${found > 5 - guestLevel ? 'UD' : `G${found}`}H${step}`);
      else {
        labels.push(`G${step}`);
        found = step + 1;
      }
    },
    update() {
      throw new ModelError('accessed and dirty bits are set already');
    },
  };
  walker.walk(vpn, ACCESS.user);
  return labels;
}
