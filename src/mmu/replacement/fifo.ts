/** First in, first out: a hit changes nothing. */
import { oldest, type Victim } from './replacement.js';

export const fifo: Victim = ({ filled }, first, ways) => oldest(filled!, first, ways);
