/**
 * C += A B of square matrices of doubles, row by row. In blocks, the loops go over blocks of C, of each over the blocks that it is the
 * sum of, and inside of these over elements. An operation is one element of C in one block of the sum.
 */
import { Arrays, type MemoryArray } from '../arrays.js';
import { CODE, startProgram } from '../program.js';
import { programGenerator } from '../program-generator.js';

export const matrixMultiply = programGenerator({
  description: 'a product of square matrices of doubles, in blocks or not',
  parameters: {
    order: { meaning: 'rows and columns of a matrix', default: 256, least: 1, most: 2 ** 20 },
    block: { meaning: 'rows and columns of a block; 0: the matrix is one', default: 0, least: 0, most: 2 ** 20 },
  },
  begin(script, { order, block: chosen }) {
    startProgram(script);
    const arrays = new Arrays(script);
    const [a, b, c] = [1, 2, 3].map(() => arrays.array(order * order, 8)) as [MemoryArray, MemoryArray, MemoryArray];
    const block = chosen === 0 ? order : Math.min(chosen, order);
    const blocks = Math.ceil(order / block);
    return (operation) => {
      let rest = operation;
      const digit = (base: number): number => {
        const found = rest % base;
        rest = Math.floor(rest / base);
        return found;
      };
      const [x, y] = [digit(block), digit(block)];
      const first = digit(blocks) * block;
      const column = digit(blocks) * block + x;
      const row = digit(blocks) * block + y;
      if (row >= order || column >= order) return; // the last blocks stick out
      script.reference('fetch', CODE);
      for (let k = first; k < Math.min(first + block, order); k++) {
        a.read(row * order + k);
        b.read(k * order + column);
      }
      c.read(row * order + column);
      c.write(row * order + column);
    };
  },
});
