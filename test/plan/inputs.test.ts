import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { input, likely, moved, span, type Input } from '../../src/plan/inputs.js';

const one = (name: string, low: number, high: number): Input => input(name, { low, high }, 'test', (low + high) / 2);

describe('the span of a function of uncertain inputs', () => {
  test('a product that rises with one and falls with the other: hand-worked corners', () => {
    const [a, b] = [one('a', 2, 4), one('b', 1, 2)];
    expect(span([a, b], (at) => at(a) / at(b))).toEqual({ low: 1, likely: 2, high: 4 });
  });

  test('of what is known exactly it is a point', () => {
    const a = one('a', 3, 3);
    expect(span([a], (at) => 2 * at(a))).toEqual({ low: 6, likely: 6, high: 6 });
  });

  const weights = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat(50), fc.nat(50)), { maxLength: 6 });

  test('no choice of inputs within their ends leaves it, where each moves the function one way', () => {
    fc.assert(
      fc.property(
        weights,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
        (all, places) => {
          const inputs = all.map(([, low, width], at) => one(String(at), low, low + width));
          const of = (at: (one: Input) => number): number =>
            all.reduce((sum, [weight], n) => sum + weight * at(inputs[n]!) ** 2, 0);
          const { low, high } = span(inputs, of);
          const drawn = of(({ name, low, high }) => low + places[Number(name)]! * (high - low));
          expect(drawn).toBeGreaterThanOrEqual(low - 1e-9 * Math.abs(low));
          expect(drawn).toBeLessThanOrEqual(high + 1e-9 * Math.abs(high));
        },
      ),
    );
  });

  test('an input that is known better never makes it wider', () => {
    fc.assert(
      fc.property(weights, (all) => {
        const wide = all.map(([, low, width], at) => one(String(at), low, low + width));
        const narrow = all.map(([, low, width], at) => one(String(at), low + width / 4, low + (3 * width) / 4));
        const of =
          (inputs: readonly Input[]) =>
          (at: (one: Input) => number): number =>
            all.reduce((sum, [weight], n) => sum + weight * at(inputs[n]!), 0);
        const [before, after] = [span(wide, of(wide)), span(narrow, of(narrow))];
        expect(after.low).toBeGreaterThanOrEqual(before.low - 1e-9);
        expect(after.high).toBeLessThanOrEqual(before.high + 1e-9);
      }),
    );
  });
});

test('what is likely, and one input moved', () => {
  const [a, b] = [one('a', 0, 2), one('b', 10, 30)];
  expect([likely(a), likely(b)]).toEqual([1, 20]);
  expect([moved(a, 2)(a), moved(a, 2)(b)]).toEqual([2, 20]);
});

test('where nothing is said to be likely: the geometric mean, or with an end at 0 the middle', () => {
  expect(input('x', { low: 1, high: 100 }, '').likely).toBe(10);
  expect(input('x', { low: 0, high: 100 }, '').likely).toBe(50);
});

test('inputs of one name are one input: what is the same on both sides cancels', () => {
  const [a, again, b] = [one('a', 1, 3), one('a', 1, 3), one('b', 1, 3)];
  expect(span([a, again], (at) => at(a) - at(again))).toEqual({ low: 0, likely: 0, high: 0 });
  expect(span([a, b], (at) => at(a) - at(b))).toEqual({ low: -2, likely: 0, high: 2 });
});
