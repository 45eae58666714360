/** What L1 stores, where L0 shadows L1's tables. */
import type { Stores } from '../../memory/guest-memory.js';
import type { Shadow } from '../shadow/shadow.js';
import { isOwn } from './levels.js';
import type { OuterTables } from './outer-tables.js';

/** @param shadows those that L0 has of L1's tables */
export function tableStores(shadows: Shadow, outer: OuterTables): Stores {
  return {
    entry: (frame, index, low, high) => {
      // A store that L0 carries out, or lets through from now on, exits once, mapped or not.
      if (isOwn(frame) && shadows.traps(frame)) outer.map(frame);
      else outer.touch(frame);
      shadows.writeEntry(frame, index, low, high);
    },
    clear: (frame) => {
      outer.touch(frame);
      shadows.clearFrame(frame);
    },
  };
}
