/** Snapshots by fork: while the child lives, the parent writes all of its memory, and each first write copies a page. */
import { eventGenerator } from '../event-generator.js';
import { pages } from '../parameters.js';
import { CODE, exitTo, fork, MEMORY, startProgram, switchTo, takeMemory } from '../program.js';

const PARENT = 0;
const CHILD = 1;

export const cowStorm = eventGenerator({
  description: 'fork, then a copy-on-write fault for each page of the parent',
  source: 'user',
  parameters: { pages: pages('pages of private memory', 64) },
  begin(script, values) {
    startProgram(script);
    takeMemory(script, values.pages);
    return () => {
      fork(script, CHILD);
      script.touch('write', MEMORY, values.pages);
      switchTo(script, CHILD);
      script.reference('fetch', CODE);
      exitTo(script, CHILD, PARENT);
    };
  },
});
