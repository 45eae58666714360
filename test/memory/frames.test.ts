import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import { permute, scatteredFrames, sequentialFrames } from '../../src/memory/frames.js';

const MAKERS = {
  sequential: (first: number, count: number) => sequentialFrames(first, count),
  scattered: (first: number, count: number) => scatteredFrames(first, count, 1),
};

/** More than the histories below can use up, whatever is broken up for single frames. */
const MEMORY = 2 ** 14;

describe.each(['sequential', 'scattered'] as const)('%s frames', (name) => {
  test('are never handed out twice while in use, lie in memory, and blocks are aligned', () => {
    const step = fc.record({ order: fc.integer({ min: 0, max: 5 }), release: fc.boolean(), which: fc.nat() });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.array(step, { maxLength: 200 }), (first, steps) => {
        const frames = MAKERS[name](first, MEMORY);
        const used = new Set<number>();
        const held: [number, number][] = [];
        for (const { order, release, which } of steps) {
          if (release && held.length > 0) {
            const [block, size] = held.splice(which % held.length, 1)[0]!;
            for (let i = 0; i < size; i++) used.delete(block + i);
            if (size === 1) frames.release(block);
            else frames.releaseBlock(block, size);
          } else {
            const size = 2 ** order;
            const block = size === 1 ? frames.allocate() : frames.allocateBlock(size);
            held.push([block, size]);
            expect(block % size).toBe(0);
            expect(block).toBeGreaterThanOrEqual(first);
            expect(block + size).toBeLessThanOrEqual(first + MEMORY);
            for (let i = 0; i < size; i++) {
              expect(used.has(block + i)).toBe(false);
              used.add(block + i);
            }
          }
        }
      }),
    );
  });

  test('all frames can be handed out one by one, and then memory is exhausted', () => {
    const frames = MAKERS[name](3, 1000);
    const taken = new Set(Array.from({ length: 1000 }, () => frames.allocate()));
    expect(taken.size).toBe(1000);
    expect([Math.min(...taken), Math.max(...taken)]).toEqual([3, 1002]);
    expect(() => frames.allocate()).toThrow(ConfigError);
    expect(() => frames.allocateBlock(512)).toThrow(/no block of 512 aligned frames is free of 4 MiB .* raise memory/);
  });

  test('the frame released last is handed out first', () => {
    const frames = MAKERS[name](0, 4096);
    const [a, b] = [frames.allocate(), frames.allocate()];
    frames.release(a);
    frames.release(b);
    expect([frames.allocate(), frames.allocate()]).toEqual([b, a]);
  });
});

test('scattered single frames leave most of memory to blocks', () => {
  const frames = scatteredFrames(0, 4096, 1);
  frames.allocate();
  const blocks = Array.from({ length: 7 }, () => frames.allocateBlock(512));
  expect(new Set(blocks).size).toBe(7);
});

test('sequential frames ascend; frames skipped by an aligned block are used for blocks of their size', () => {
  const frames = sequentialFrames(1, 100);
  expect([frames.allocate(), frames.allocateBlock(8), frames.allocate()]).toEqual([1, 8, 16]);
  expect([frames.allocateBlock(4), frames.allocateBlock(2), frames.allocate()]).toEqual([4, 2, 17]);
});

test('the scattering order is a permutation, other for other seeds, and the same for the same seed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 2 ** 31 }), (order, seed) => {
      const images = Array.from({ length: 2 ** order }, (_, index) => permute(index, order, seed));
      expect(images.toSorted((a, b) => a - b)).toEqual(images.map((_, index) => index));
    }),
  );
  const order = (seed: number) => {
    const frames = scatteredFrames(0, 4096, seed);
    return Array.from({ length: 100 }, () => frames.allocate());
  };
  expect(order(1)).toEqual(order(1));
  expect(order(1)).not.toEqual(order(2));
  expect(order(1)).not.toEqual(order(1).toSorted((a, b) => a - b));
});
