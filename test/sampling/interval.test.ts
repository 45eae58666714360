import { expect, test } from 'vitest';
import { halfWidth, studentT } from '../../src/run/interval.js';
import { drawUnits } from '../../src/run/sample.js';

test("Student's t is that of the tables (Fisher and Yates, table III), and goes on smoothly where they end", () => {
  expect(studentT(1)).toBe(63.657);
  expect(studentT(11)).toBeCloseTo(3.106, 2);
  expect(studentT(20)).toBeCloseTo(2.845, 3);
  expect(studentT(60)).toBeCloseTo(2.66, 3);
});

test('2 of 4 units with 10 and 30: variance 200, so 63.657 × 4 × √(200 / 2 × 1 / 2)', () => {
  expect(halfWidth(Float64Array.of(10, 30), 4)).toBeCloseTo(63.657 * 4 * Math.sqrt(50), 6);
});

test('units that agree are no proof that all do: counts vary at least as those of random events', () => {
  expect(halfWidth(Float64Array.of(8, 8), 4)).toBeCloseTo(63.657 * 4 * Math.sqrt((9 / 2) * 0.5), 6);
});

test('all units leave nothing to estimate', () => {
  expect(halfWidth(Float64Array.of(1, 5, 9, 100), 4)).toBe(0);
});

test('each unit is drawn as often as each other, by the seed alone', () => {
  const times = new Float64Array(16);
  for (let seed = 0; seed < 4000; seed++) {
    const drawn = drawUnits({ units: 16, drawn: 4 }, seed);
    expect(new Set(drawn).size).toBe(4);
    for (const unit of drawn) times[unit]! += 1;
  }
  // 1000 each, with a standard deviation of 27.
  for (const count of times) expect(Math.abs(count - 1000)).toBeLessThan(27 * 5);
  expect(drawUnits({ units: 16, drawn: 4 }, 7)).toEqual(drawUnits({ units: 16, drawn: 4 }, 7));
});
