/** Least recently used. */
import { oldest, type Victim } from './replacement.js';

export const lru: Victim = ({ stamp }, first, ways) => oldest(stamp, first, ways);
