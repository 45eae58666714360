import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tasksOfShard } from '../../src/sweep/shard.js';
import type { SweepTask } from '../../src/sweep/tasks.js';

const task = (cost: number, at: number): SweepTask =>
  ({ path: 't', cost, bytes: 0, cells: [{ key: String(at) }] }) as unknown as SweepTask;
const costOf = (tasks: readonly SweepTask[]): number => tasks.reduce((sum, { cost }) => sum + cost, 0);

test('each task is of one shard, and no two shards differ by more than the longest task', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 })), fc.integer({ min: 1, max: 20 }), (costs, of) => {
      const tasks = costs.map(task);
      const shards = Array.from({ length: of }, (_, at) => tasksOfShard(tasks, { number: at + 1, of }));
      expect(new Set(shards.flat())).toEqual(new Set(tasks));
      expect(shards.flat().length).toBe(tasks.length);
      const sums = shards.map(costOf);
      expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(Math.max(0, ...costs));
    }),
  );
});

test('shards do not depend on the order in which cells stand', () => {
  const tasks = [5, 5, 5, 3, 3, 1].map(task);
  const keys = (of: readonly SweepTask[]): string[] => of.map(({ cells }) => cells[0]!.key).sort();
  const one = tasksOfShard(tasks, { number: 1, of: 3 });
  expect(keys(tasksOfShard(tasks.toReversed(), { number: 1, of: 3 }))).toEqual(keys(one));
});
