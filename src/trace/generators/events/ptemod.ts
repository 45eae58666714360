/**
 * Writes of page-table entries whose pages nobody touches afterwards: a store each on bare metal and under nested paging, an exit each
 * where shadowed tables are write-protected. One page of each leaf table is read before, so that the table is shadowed.
 */
import { eventGenerator } from '../event-generator.js';
import { pages } from '../parameters.js';
import { CODE, MEMORY } from '../program.js';
import { entryTo, FIRST_DATA_FRAME, RecordedTables } from '../recorded-tables.js';

const ROOT = 0x100;
const PAGES_OF_A_TABLE = 512;

export const ptemod = eventGenerator({
  description: 'changes of page-table entries in turn, each to another frame (Adams & Agesen 2006: ptemod)',
  source: 'full-system',
  parameters: { pages: pages('pages whose entries are changed in turn', PAGES_OF_A_TABLE) },
  begin(script, values) {
    const tables = new RecordedTables(script, ROOT);
    tables.map(CODE, FIRST_DATA_FRAME);
    const entries = Float64Array.from({ length: values.pages }, (_, at) => tables.leafAddress(MEMORY + at));
    for (let at = 0; at < values.pages; at++) tables.map(MEMORY + at, frameIn(0));
    script.event('cr3Write', ROOT * 4096);
    script.reference('fetch', CODE);
    for (let at = 0; at < values.pages; at += PAGES_OF_A_TABLE) script.reference('read', MEMORY + at);
    return (operation) => {
      const round = 1 + Math.floor(operation / values.pages);
      script.reference('fetch', CODE);
      script.event('tableWrite', 1, entries[operation % values.pages]!, entryTo(frameIn(round)));
    };
  },
});

/** All entries point to one of two frames, in turn. */
function frameIn(round: number): number {
  return FIRST_DATA_FRAME + 1 + (round % 2);
}
