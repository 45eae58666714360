/**
 * Probes of a B+ tree (Comer 1979). Its nodes stand level by level in arrays, keys before pointers, words of 8 bytes; it is full. A probe
 * searches a node by halves and reads one pointer, from the root to the leaf, whose pointer is the value.
 */
import { Arrays, type MemoryArray } from '../arrays.js';
import { Permutation } from '../permutation.js';
import { CODE, startProgram } from '../program.js';
import { programGenerator } from '../program-generator.js';
import { exponent, zipfRanks } from '../zipf-ranks.js';

export const bTree = programGenerator({
  description: 'probes of a B+ tree from the root to a leaf, each node searched by halves',
  parameters: {
    keys: { meaning: 'keys', default: 2 ** 24, least: 1, most: 2 ** 40 },
    fanout: { meaning: 'keys and pointers of a node', default: 256, least: 2, most: 2 ** 16 },
    exponent: exponent(0),
  },
  begin(script, values, random) {
    const { keys, fanout } = values;
    startProgram(script);
    const arrays = new Arrays(script);
    /** From the leaves to the root, with the keys below one slot of a node. */
    const levels: { nodes: MemoryArray; below: number }[] = [];
    for (let below = 1; below === 1 || below < keys; below *= fanout)
      levels.unshift({ nodes: arrays.array(Math.ceil(keys / (below * fanout)) * 2 * fanout, 8), below });
    const order = new Permutation(keys, random);
    const nextRank = zipfRanks(keys, values.exponent, random);
    return () => {
      script.reference('fetch', CODE);
      const key = order.at(nextRank());
      for (const { nodes, below } of levels) {
        const slot = Math.floor(key / below) % fanout;
        const node = Math.floor(key / (below * fanout)) * 2 * fanout;
        for (let low = 0, high = fanout; high - low > 1;) {
          const middle = Math.floor((low + high) / 2);
          nodes.read(node + middle);
          if (middle <= slot) low = middle;
          else high = middle;
        }
        nodes.read(node + fanout + slot);
      }
    };
  },
});
