/** A process that forks and waits, while the child writes some of its memory and exits: fork copies tables, both sides break copy-on-write. */
import { eventGenerator } from '../event-generator.js';
import { pages } from '../parameters.js';
import { CALL, CODE, exitTo, fork, MEMORY, startProgram, switchTo, takeMemory } from '../program.js';

const PARENT = 0;
const CHILD = 1;

export const forkwait = eventGenerator({
  description: 'fork, the child exits, the parent waits (Adams & Agesen 2006: forkwait)',
  source: 'user',
  parameters: {
    pages: pages('pages of private memory that the parent has', 64),
    written: { meaning: 'of these, pages that child and parent write', default: 8, least: 0, most: 2 ** 18 },
  },
  begin(script, values) {
    const written = Math.min(values.written, values.pages);
    startProgram(script);
    takeMemory(script, values.pages);
    return () => {
      fork(script, CHILD);
      script.reference('fetch', CODE);
      script.event('systemCall', CALL.wait4);
      switchTo(script, CHILD);
      script.reference('fetch', CODE);
      script.touch('write', MEMORY, written);
      exitTo(script, CHILD, PARENT);
      script.reference('fetch', CODE);
      script.touch('write', MEMORY, written);
    };
  },
});
