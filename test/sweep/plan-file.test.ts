import { expect, test } from 'vitest';
import type { Sweep, SweepCell } from '../../src/sweep/cells.js';
import { planOf } from '../../src/sweep/plan-file.js';

test('a sweep has an id where its cells as one text would be longer than a string can be', () => {
  const cell = { key: 'k', point: {}, label: { trace: 'x'.repeat(2 ** 24) } } as unknown as SweepCell;
  const of = (count: number): Sweep =>
    ({
      file: { axes: [], strategies: [] },
      bases: [],
      traces: [],
      cells: Array(count).fill(cell),
      oneIn: null,
    }) as never;
  expect(() =>
    of(33)
      .cells.map(({ label }) => label.trace)
      .join('\n'),
  ).toThrow('Invalid string length');
  expect(planOf(of(33), '').id).not.toBe(planOf(of(1), '').id);
});
