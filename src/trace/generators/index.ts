/** All generators of synthetic traces, by name. Those of `pages/` make streams of references, with events in between on request. */
import { PAGE_GENERATORS } from './pages/index.js';

export const GENERATORS = { ...PAGE_GENERATORS } as const;
