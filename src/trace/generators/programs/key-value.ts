/**
 * A key-value store in memory, as memcached: a hash index of buckets of 64 bytes, and slabs of items whose sizes are powers of two. Keys
 * are asked for by Zipf's law with the exponent of YCSB (Cooper et al. 2010), in no order. A request comes in and is answered by a system call each.
 */
import { Arrays } from '../arrays.js';
import { Permutation } from '../permutation.js';
import { CALL, CODE, startProgram } from '../program.js';
import { percent, programGenerator } from '../program-generator.js';
import { exponent, zipfRanks } from '../zipf-ranks.js';

const SMALLEST_ITEM = 64;
const BUCKET = 64;
const KEYS_OF_A_BUCKET = 8;

export const keyValue = programGenerator({
  description: 'a key-value store: GET and SET of keys by popularity, with values of several sizes',
  parameters: {
    keys: { meaning: 'keys', default: 2 ** 20, least: 1, most: 2 ** 40 },
    value: {
      meaning: 'bytes of the largest item; there are as many of 64, 128, and so on',
      default: 1024,
      least: SMALLEST_ITEM,
      most: 2 ** 20,
    },
    sets: percent('requests that are SET', 10),
    exponent: exponent(0.99),
  },
  begin(script, { keys, value, sets, exponent }, random) {
    startProgram(script);
    const arrays = new Arrays(script);
    const message = arrays.array(1, 4096);
    const index = arrays.array(Math.ceil(keys / KEYS_OF_A_BUCKET), BUCKET);
    const classes = 1 + Math.floor(Math.log2(value / SMALLEST_ITEM));
    const items = Math.ceil(keys / classes);
    const slabs = Array.from({ length: classes }, (_, at) => arrays.array(items, SMALLEST_ITEM * 2 ** at));
    const order = new Permutation(keys, random);
    const nextRank = zipfRanks(keys, exponent, random);
    return () => {
      script.event('systemCall', CALL.recvfrom);
      script.reference('fetch', CODE);
      message.read(0);
      const key = order.at(nextRank());
      index.read(Math.floor(key / KEYS_OF_A_BUCKET));
      const slab = slabs[key % classes]!;
      const item = Math.floor(key / classes);
      slab.read(item); // is it the key?
      if (random.next53() < sets / 100) slab.writeAll(item);
      else slab.readAll(item);
      message.write(0);
      script.event('systemCall', CALL.sendto);
    };
  },
});
