/** One random cycle through all of some places (Sattolo 1986): where each leads. */
import type { Xorshift128 } from './random.js';

export function randomCycle(places: number, random: Xorshift128): Uint32Array {
  const successor = Uint32Array.from({ length: places }, (_, place) => place);
  for (let i = places - 1; i > 0; i--) {
    const j = random.below(i);
    const swapped = successor[i]!;
    successor[i] = successor[j]!;
    successor[j] = swapped;
  }
  return successor;
}
