/** Memory that loses the right to be written and gets it back, in turn: an entry written for each page, and flushes. */
import { PROT } from '../../event.js';
import { eventGenerator } from '../event-generator.js';
import { pages } from '../parameters.js';
import { CALL, CODE, MEMORY, READ_WRITE, startProgram, takeMemory } from '../program.js';

export const mprotectFlips = eventGenerator({
  description: 'mprotect to read-only and a read of each page, then to writable and a write of each page, in turn',
  source: 'user',
  parameters: { pages: pages('pages whose protection changes', 16) },
  begin(script, values) {
    startProgram(script);
    takeMemory(script, values.pages);
    return (operation) => {
      const writable = operation % 2 === 1;
      script.reference('fetch', CODE);
      script.event('systemCall', CALL.mprotect);
      script.event('mprotect', MEMORY, values.pages, writable ? READ_WRITE : PROT.read);
      script.touch(writable ? 'write' : 'read', MEMORY, values.pages);
    };
  },
});
