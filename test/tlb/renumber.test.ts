import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TlbBench } from './bench.js';

const PAGES = Array.from({ length: 24 }, (_, at) => at);
const FAR = 2 ** 30;

test.each(['lru', 'tree-plru', 'bit-plru', 'fifo', 'random'] as const)(
  '%s gives up the same translations where times begin anew',
  (replacement) => {
    const array = { entries: 8, ways: 4, replacement };
    const bench = (): TlbBench =>
      new TlbBench({
        pages: PAGES,
        tlb: { l1d: { shared: array }, l2: { unified: { shared: { ...array, entries: 16 } } } },
      });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PAGES), { minLength: 100, maxLength: 100 }), (stream) => {
        const [plain, late] = [bench(), bench()];
        for (const [at, page] of stream.entries()) {
          plain.ref('read', page);
          if (at % 7 === 6) late.tlb.clock += FAR;
          late.ref('read', page);
        }
        expect(late.asked).toEqual(plain.asked);
        expect(late.tlb.clock).toBeLessThan(FAR);
      }),
      { numRuns: 100 },
    );
  },
);
