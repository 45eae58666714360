import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PhysicalMemory } from '../../src/memory/physical.js';

/** Frames near 0, around the flat index's limits, and up to 2^40 (addresses of 52 bits). */
const frames = fc.oneof(
  fc.integer({ min: 0, max: 5000 }),
  fc.integer({ min: 2 ** 24 - 3, max: 2 ** 24 + 3 }),
  fc.integer({ min: 0, max: 2 ** 40 - 1 }),
);
const words = fc.integer({ min: 0, max: 1023 });
const values = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

test('memory holds the last value written to each word, and 0 elsewhere', () => {
  const history = fc.array(fc.tuple(frames, words, values, fc.boolean()), { maxLength: 200 });
  fc.assert(
    fc.property(history, (steps) => {
      const memory = new PhysicalMemory();
      const model = new Map<string, number>();
      for (const [frame, word, value, clear] of steps) {
        if (clear) {
          memory.clear(frame);
          for (const key of model.keys()) if (key.startsWith(`${frame}:`)) model.delete(key);
        } else {
          memory.write(frame, word, value);
          model.set(`${frame}:${word}`, value);
        }
        expect(memory.read(frame + 1, word)).toBe(model.get(`${frame + 1}:${word}`) ?? 0);
      }
      for (const [key, value] of model) {
        const [frame, word] = key.split(':').map(Number) as [number, number];
        expect(memory.read(frame, word)).toBe(value);
        expect(memory.addressOfWord(memory.baseOf(frame) + word)).toBe(frame * 4096 + word * 4);
      }
    }),
  );
});

test('frames take memory and a slot number only when written', () => {
  const memory = new PhysicalMemory();
  expect([memory.read(7, 3), memory.slotOf(7), memory.frames]).toEqual([0, -1, 0]);
  memory.write(7, 3, 1);
  memory.write(2 ** 39, 0, 1);
  expect([memory.slotOf(7), memory.slotOf(2 ** 39), memory.frames]).toEqual([1, 2, 2]);
});

test('frames found by Map are found again when the flat index grows over them', () => {
  const memory = new PhysicalMemory();
  memory.write(100_000, 1, 42);
  for (let frame = 0; frame < 200; frame++) memory.write(frame, 0, frame);
  memory.write(200_000, 1, 43);
  expect(memory.flat.length).toBeGreaterThan(200_000);
  expect([memory.read(100_000, 1), memory.read(200_000, 1), memory.slotOf(100_000)]).toEqual([42, 43, 1]);
});
