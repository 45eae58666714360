/** Memory that is mapped, written once and given back: each page is a first touch, and tables come and go. */
import { MAP_FLAG } from '../../event.js';
import { eventGenerator } from '../event-generator.js';
import { pages } from '../parameters.js';
import { CALL, CODE, MEMORY, READ_WRITE, startProgram } from '../program.js';

export const mmapTouchMunmap = eventGenerator({
  description: 'mmap, a write to each page, munmap',
  source: 'user',
  parameters: { pages: pages('pages that are mapped', 16) },
  begin(script, values) {
    startProgram(script);
    return () => {
      script.reference('fetch', CODE);
      script.event('systemCall', CALL.mmap);
      script.event('mmap', MEMORY, values.pages, READ_WRITE, MAP_FLAG.anonymous);
      script.touch('write', MEMORY, values.pages);
      script.event('systemCall', CALL.munmap);
      script.event('munmap', MEMORY, values.pages);
    };
  },
});
