/** All generators of synthetic traces, by name: page streams, with events in between on request, and event micro-workloads. */
import { EVENT_GENERATORS } from './events/index.js';
import { PAGE_GENERATORS } from './pages/index.js';

export const GENERATORS = { ...PAGE_GENERATORS, ...EVENT_GENERATORS } as const;
