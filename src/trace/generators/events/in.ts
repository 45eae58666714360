/** Reads of an I/O port: a device that the VMM emulates. */
import { eventGenerator } from '../event-generator.js';
import { CODE, startProgram } from '../program.js';

/** The port of POST codes, which takes reads on every PC. */
const PORT = 0x80;

export const portIn = eventGenerator({
  description: 'reads of an I/O port (Adams & Agesen 2006: in)',
  source: 'user',
  begin(script) {
    startProgram(script);
    return () => {
      script.reference('fetch', CODE);
      script.event('io', PORT);
    };
  },
});
