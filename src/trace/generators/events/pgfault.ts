/** Page faults whose handler changes no table: the guest's alone under nested paging, intercepted and injected under shadow paging. */
import { eventGenerator } from '../event-generator.js';
import { CODE, MEMORY } from '../program.js';
import { FIRST_DATA_FRAME, RecordedTables } from '../recorded-tables.js';

const ROOT = 0x100;

export const pgfault = eventGenerator({
  description: 'page faults at an address that stays unmapped (Adams & Agesen 2006: pgfault)',
  source: 'full-system',
  begin(script) {
    const tables = new RecordedTables(script, ROOT);
    tables.map(CODE, FIRST_DATA_FRAME);
    tables.map(MEMORY, FIRST_DATA_FRAME + 1);
    script.event('cr3Write', ROOT * 4096);
    script.reference('fetch', CODE);
    script.reference('read', MEMORY);
    return () => {
      script.reference('fetch', CODE);
      script.event('pageFault', (MEMORY + 1) * 4096);
    };
  },
});
