/**
 * A hash join without partitions (Blanas, Li & Patel 2011): a table is built of the smaller relation, then the larger one probes it. Each
 * tuple of the larger one finds its partner, all equally likely, and the pair is written out.
 */
import { Arrays, type MemoryArray } from '../arrays.js';
import { Permutation } from '../permutation.js';
import { CODE, startProgram } from '../program.js';
import { programGenerator } from '../program-generator.js';

/** Bytes of a tuple, a bucket and a pair: key and payload. */
const TUPLE = 16;

export const hashJoin = programGenerator({
  description: 'a hash join: a table is built of one relation, then probed by another; an operation is a tuple',
  parameters: {
    build: { meaning: 'tuples of the relation that the table is built of', default: 2 ** 16, least: 1, most: 2 ** 40 },
    probe: { meaning: 'tuples of the relation that probes it', default: 2 ** 20, least: 1, most: 2 ** 40 },
  },
  begin(script, { build, probe }, random) {
    startProgram(script);
    const arrays = new Arrays(script);
    const [small, large, table, pairs] = [build, probe, build, probe].map((tuples) => arrays.array(tuples, TUPLE)) as [
      MemoryArray,
      MemoryArray,
      MemoryArray,
      MemoryArray,
    ];
    const buckets = new Permutation(build, random);
    return (operation) => {
      script.reference('fetch', CODE);
      const at = operation % (build + probe);
      if (at < build) {
        small.read(at);
        table.read(buckets.at(at)); // is it free?
        table.write(buckets.at(at));
      } else {
        large.read(at - build);
        table.read(buckets.at(random.below(build)));
        pairs.write(at - build);
      }
    };
  },
});
