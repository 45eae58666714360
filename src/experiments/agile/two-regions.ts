/** The program that agile paging is made for: a large region whose tables never change, and a small one whose leaf table changes all the time. */
import { MAP_FLAG } from '../../trace/event.js';
import { programGenerator } from '../../trace/generators/program-generator.js';
import { MEMORY, READ_WRITE, startProgram, takeMemory } from '../../trace/generators/program.js';

const PAGES = 2 ** 13;
/** In a leaf table of its own, which stays because a page beside those that come and go is mapped. */
const BESIDE = MEMORY + 2 * PAGES;
const COMING = BESIDE + 1;
/** References to the large region for each page that comes and goes. */
const BETWEEN = 2000;

export const twoRegions = programGenerator({
  description: `${BETWEEN} reads of random pages of a region, then a page of another region is mapped, written and unmapped`,
  parameters: {},
  begin(script, _values, random) {
    startProgram(script);
    takeMemory(script, PAGES);
    script.event('mmap', BESIDE, 1, READ_WRITE, MAP_FLAG.anonymous);
    script.data('write', BESIDE);
    return () => {
      for (let i = 0; i < BETWEEN; i++) script.data('read', MEMORY + random.below(PAGES));
      script.event('mmap', COMING, 1, READ_WRITE, MAP_FLAG.anonymous);
      script.data('write', COMING);
      script.event('munmap', COMING, 1);
    };
  },
});
