/** Divisions by zero: exceptions that only the guest's kernel sees, unless the VMM intercepts their vector. */
import { eventGenerator } from '../event-generator.js';
import { CODE, startProgram } from '../program.js';

/** #DE. */
const DIVIDE_ERROR = 0;

export const divzero = eventGenerator({
  description: 'divisions by zero, exceptions with vector 0 (Adams & Agesen 2006: divzero)',
  source: 'user',
  begin(script) {
    startProgram(script);
    return () => {
      script.reference('fetch', CODE);
      script.event('exception', DIVIDE_ERROR);
    };
  },
});
