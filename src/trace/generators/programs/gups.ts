/** RandomAccess of the HPC Challenge (Luszczek et al. 2005): giga-updates per second, of words of one table at random. */
import { Arrays } from '../arrays.js';
import { CODE, startProgram } from '../program.js';
import { footprint, programGenerator } from '../program-generator.js';

const WORDS_PER_PAGE = 512;

export const gups = programGenerator({
  description: 'updates of random words of a table: a read and a write of the same word (HPC Challenge: RandomAccess)',
  parameters: { pages: footprint('pages of the table', 2 ** 18) },
  begin(script, { pages }, random) {
    startProgram(script);
    const words = pages * WORDS_PER_PAGE;
    const table = new Arrays(script).array(words, 8);
    return () => {
      script.reference('fetch', CODE);
      const word = random.below(words);
      table.read(word);
      table.write(word);
    };
  },
});
