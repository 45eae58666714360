/** Any way, as likely as each other, by the seed of the run. */
import type { Victim } from './replacement.js';

export const random: Victim = (use, first, ways) => first + use.random(ways);
