/**
 * The sweep of a mark-and-sweep garbage collector (McCarthy 1960): the heap in order of addresses, a bitmap of marks beside it. Each
 * object's header is read, and what is not marked gets the link of the free list; then the marks are cleared. Who lives is drawn anew each time.
 */
import { Arrays } from '../arrays.js';
import { CODE, startProgram } from '../program.js';
import { footprint, percent, programGenerator } from '../program-generator.js';

/** Objects whose marks are one word. */
const MARKS = 64;

export const gcSweep = programGenerator({
  description: "a garbage collector's sweep over its heap; an operation is 64 objects, whose marks are one word",
  parameters: {
    pages: footprint('pages of the heap', 2 ** 14),
    object: { meaning: 'bytes of an object', default: 64, least: 16, most: 2 ** 20 },
    live: percent('objects that live on', 60),
  },
  begin(script, { pages, object, live }, random) {
    startProgram(script);
    const arrays = new Arrays(script);
    const objects = Math.max(1, Math.floor((pages * 4096) / object));
    const heap = arrays.array(objects, object);
    const words = Math.ceil(objects / MARKS);
    const marks = arrays.array(words, 8);
    return (operation) => {
      script.reference('fetch', CODE);
      const word = operation % words;
      marks.read(word);
      for (let at = word * MARKS; at < Math.min((word + 1) * MARKS, objects); at++) {
        heap.read(at);
        if (random.next53() >= live / 100) heap.write(at);
      }
      marks.write(word);
    };
  },
});
