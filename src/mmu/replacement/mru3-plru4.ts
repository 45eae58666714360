/**
 * (MRU + 1) % 3 - PLRU4: Skylake's second-level TLB, as found by Tatar et al., "TLB;DR", USENIX Security 2022. Twelve ways are three
 * groups of four: the group after the one used last gives up a way, by tree pseudo-LRU in the group.
 */
import { coldestLeaf, latest, type Victim } from './replacement.js';

const GROUPS = 3;

export const mru3Plru4: Victim = ({ stamp }, first, ways) => {
  const each = ways / GROUPS;
  let used = 0;
  for (let group = 1; group < GROUPS; group++)
    if (latest(stamp, first + group * each, each) > latest(stamp, first + used * each, each)) used = group;
  return coldestLeaf(stamp, first + ((used + 1) % GROUPS) * each, each);
};
