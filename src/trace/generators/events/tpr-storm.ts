/**
 * A kernel that raises and lowers its task priority all the time, as 32-bit Windows does: by MOV to CR8, or by stores to the TPR of the
 * local APIC at offset 0x80, whose bits 7 to 4 are CR8 (Intel SDM vol. 3A, 11.8.3).
 */
import { eventGenerator } from '../event-generator.js';
import { flag } from '../parameters.js';
import { CODE, startProgram } from '../program.js';

const TPR_OFFSET = 0x80;
/** Windows's DISPATCH_LEVEL. */
const RAISED = 2;

export const tprStorm = eventGenerator({
  description: 'writes of the task priority, raised and lowered in turn: by CR8, or by the register of the APIC',
  source: 'user',
  parameters: { apic: flag('the task priority is written in the page of the local APIC') },
  begin(script, { apic }) {
    startProgram(script);
    return (operation) => {
      const priority = operation % 2 === 0 ? RAISED : 0;
      script.reference('fetch', CODE);
      if (apic === 1) script.event('apicWrite', TPR_OFFSET, priority << 4);
      else script.event('cr8Write', priority);
    };
  },
});
