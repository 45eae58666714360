/** Processes that pass a token round: each switch loads CR3, and what the TLB kept for the next process decides the rest. */
import { eventGenerator } from '../event-generator.js';
import { pages } from '../parameters.js';
import { CODE, MEMORY, startProgram, switchTo, takeMemory } from '../program.js';

export const switchRing = eventGenerator({
  description:
    'a ring of processes: a context switch, then a read of each page of the next one (as lat_ctx of lmbench)',
  source: 'user',
  parameters: {
    processes: { meaning: 'processes of the ring', default: 4, least: 2, most: 1024 },
    pages: pages('pages of private memory that each process reads', 16),
  },
  begin(script, values) {
    for (let process = 0; process < values.processes; process++) {
      if (process > 0) switchTo(script, process);
      startProgram(script);
      takeMemory(script, values.pages);
    }
    return (operation) => {
      switchTo(script, operation % values.processes);
      script.reference('fetch', CODE);
      script.touch('read', MEMORY, values.pages);
    };
  },
});
