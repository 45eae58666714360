/**
 * A database whose tables and index are files behind a buffer pool. A look-up goes through the pages of a B+ tree, from the root to a leaf,
 * then to a row of the table; a scan reads the next pages of the table, row by row.
 */
import { Arrays } from '../arrays.js';
import { BufferPool } from '../buffer-pool.js';
import { Permutation } from '../permutation.js';
import { CODE, startProgram } from '../program.js';
import { footprint, percent, programGenerator } from '../program-generator.js';
import { exponent, zipfRanks } from '../zipf-ranks.js';

const ROW_BYTES = 128;
const ROWS_OF_A_PAGE = 32;
/** Keys of a page of the index, of 16 bytes with their pointers. */
const FANOUT = 256;

export const database = programGenerator({
  description: 'a database with a buffer pool: look-ups and updates by an index, and scans',
  parameters: {
    pages: footprint('pages of the table', 2 ** 18),
    pool: { meaning: 'pages of the buffer pool', default: 2 ** 14, least: 1, most: 2 ** 23 },
    scans: percent('operations that are scans', 5),
    length: { meaning: 'pages that a scan reads', default: 64, least: 1, most: 2 ** 20 },
    updates: percent('look-ups that write their row', 20),
    exponent: exponent(0.8),
  },
  begin(script, values, random) {
    startProgram(script);
    const pool = new BufferPool(script, new Arrays(script), values.pool);
    const rowsOfFrames = pool.frames.as(ROW_BYTES);
    const rows = values.pages * ROWS_OF_A_PAGE;
    const order = new Permutation(rows, random);
    const nextRank = zipfRanks(rows, values.exponent, random);
    const levels = indexLevels(rows, values.pages);
    let scanned = 0;

    function lookUp(): void {
      const key = order.at(nextRank());
      for (const { first, below } of levels) {
        const frame = pool.frame(first + Math.floor(key / (below * FANOUT)), false);
        const slot = Math.floor(key / below) % FANOUT;
        for (let half = FANOUT / 2; half >= 1; half /= 2) pool.frames.read(frame, (slot - (slot % half)) * 16);
      }
      const write = random.next53() < values.updates / 100;
      const row = pool.frame(Math.floor(key / ROWS_OF_A_PAGE), write) * ROWS_OF_A_PAGE + (key % ROWS_OF_A_PAGE);
      rowsOfFrames.readAll(row);
      if (write) rowsOfFrames.writeAll(row);
    }

    function scan(): void {
      for (let i = 0; i < values.length; i++) {
        pool.frames.readAll(pool.frame(scanned, false));
        scanned = (scanned + 1) % values.pages;
      }
    }

    return () => {
      script.reference('fetch', CODE);
      if (random.next53() < values.scans / 100) scan();
      else lookUp();
    };
  },
});

/** The levels of the index from the root on: the first page of each in the file, behind the table, and the keys below a slot of its pages. */
function indexLevels(keys: number, tablePages: number): { readonly first: number; readonly below: number }[] {
  const levels: { first: number; below: number }[] = [];
  let first = tablePages;
  for (let below = 1; below === 1 || below < keys; below *= FANOUT) {
    levels.unshift({ first, below });
    first += Math.ceil(keys / (below * FANOUT));
  }
  return levels;
}
