/** Jacobi's iteration with seven points on a cube of doubles: each inner point anew from itself and its six neighbours, from one grid to the other and back. */
import { Arrays, type MemoryArray } from '../arrays.js';
import { CODE, startProgram } from '../program.js';
import { programGenerator } from '../program-generator.js';

export const stencil = programGenerator({
  description: 'a seven-point stencil on a cube of doubles, two grids by turns; an operation is a row of points',
  parameters: { order: { meaning: 'points of an edge of the cube', default: 128, least: 3, most: 2 ** 14 } },
  begin(script, { order }) {
    startProgram(script);
    const arrays = new Arrays(script);
    const grids = [1, 2].map(() => arrays.array(order ** 3, 8)) as [MemoryArray, MemoryArray];
    const inner = order - 2;
    const [row, plane] = [order, order * order];
    return (operation) => {
      script.reference('fetch', CODE);
      const sweep = Math.floor(operation / inner ** 2) % 2;
      const [from, to] = [grids[sweep]!, grids[1 - sweep]!];
      const y = 1 + (operation % inner);
      const z = 1 + (Math.floor(operation / inner) % inner);
      for (let x = 1; x <= inner; x++) {
        const at = z * plane + y * row + x;
        for (const distance of [-1, 0, 1, -row, row, -plane, plane]) from.read(at + distance);
        to.write(at);
      }
    };
  },
});
