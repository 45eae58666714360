/** Writes of CR8, the task priority, that never change it: with a TPR shadow (VT-x) or V_TPR (AMD-V) the guest writes its own copy. */
import { eventGenerator } from '../event-generator.js';
import { CODE, startProgram } from '../program.js';

export const cr8wr = eventGenerator({
  description: 'MOV to CR8 (Adams & Agesen 2006: cr8wr)',
  source: 'user',
  begin(script) {
    startProgram(script);
    return () => {
      script.reference('fetch', CODE);
      script.event('cr8Write', 0);
    };
  },
});
