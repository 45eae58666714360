import { expect, test } from 'vitest';
import { allocation } from '../../src/sweep/allocation.js';
import { memoryThatThereIs } from '../../src/sweep/memory.js';

test.each([
  ['nothing outside of Slurm', {}, {}],
  ['processors of a task', { SLURM_CPUS_PER_TASK: '4' }, { cpus: 4 }],
  ['memory of a node', { SLURM_MEM_PER_NODE: '2048', SLURM_CPUS_PER_TASK: '4' }, { cpus: 4, memoryMiB: 2048 }],
  [
    'memory of a processor, for each',
    { SLURM_MEM_PER_CPU: '512', SLURM_CPUS_PER_TASK: '4' },
    { cpus: 4, memoryMiB: 2048 },
  ],
  ['memory of one processor', { SLURM_MEM_PER_CPU: '512' }, { memoryMiB: 512 }],
  ['no memory where a node is given whole', { SLURM_MEM_PER_NODE: '0' }, {}],
])('an allocation says: %s', (_, environment, expected) => {
  expect(allocation(environment)).toEqual(expected);
});

test('the memory of a job is a limit where it is less than that of the machine', () => {
  expect(memoryThatThereIs({ memoryMiB: 100 })).toBe(100 * 2 ** 20);
  expect(memoryThatThereIs({ memoryMiB: 2 ** 40 })).toBe(memoryThatThereIs({}));
});
