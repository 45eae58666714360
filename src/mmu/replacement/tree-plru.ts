/** Tree pseudo-LRU: a binary tree over the ways, each node pointing away from the half used last. Ways: a power of two. */
import { coldestLeaf, type Victim } from './replacement.js';

export const treePlru: Victim = ({ stamp }, first, ways) => coldestLeaf(stamp, first, ways);
