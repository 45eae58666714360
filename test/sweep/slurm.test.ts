import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { slurm } from '../../src/sweep/submit/slurm.js';
import { awkwardJob, folder, sh, standIn, writeScripts } from './scripts.js';

const head = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('#SBATCH'))
    .map((line) => line.slice('#SBATCH --'.length));

test("the array's head holds the numbers of the job, and quotes names", () => {
  const job = { ...awkwardJob(folder()), out: '/a "b" c', memoryMiB: 2048, minutes: 90, partition: 'long' };
  expect(head(slurm.scripts(job)['array.sbatch'])).toEqual([
    'job-name=vmmu-shard',
    'array=1-5',
    'cpus-per-task=2',
    'mem=2048',
    'time=90',
    'partition="long"',
    'requeue',
    String.raw`output="/a \"b\" c/submit/array-%A_%a.out"`,
    'open-mode=append',
  ]);
});

test('memory, time and partition that are not given are left to the cluster', () => {
  for (const text of Object.values(slurm.scripts(awkwardJob(folder()))))
    expect(head(text).filter((option) => /^(mem|time|partition)/.test(option))).toEqual([]);
});

test('a merge that can never begin is taken out of the queue', () => {
  expect(head(slurm.scripts(awkwardJob(folder()))['merge.sbatch'])).toContain('kill-on-invalid-dep=yes');
});

test('a task runs the shard of its number, of as many as the array was made for', () => {
  const job = awkwardJob(folder());
  writeScripts(slurm, job);
  // One task that is submitted again by hand is an array of one.
  const { status, lines } = sh(job, 'array.sbatch', [], { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '1' });
  expect(lines).toEqual(['sweep', 'run', job.sweep, '--shard', '3/5', '--out', job.out, '--yes']);
  expect(status).toBe(0);
});

test('the merge joins the cells of the folder there', () => {
  const job = awkwardJob(folder());
  writeScripts(slurm, job);
  expect(sh(job, 'merge.sbatch', []).lines).toEqual(['sweep', 'merge', job.out, '--out', job.out]);
});

test.each([
  ['of a program that was killed is queued again', 'kill -KILL $$', 0, true],
  ['whose program was killed after three more tries is not', 'kill -KILL $$', 3, false],
  ['of a program that failed is not', 'exit 1', 0, false],
  ['of a program that was interrupted is not', 'exit 130', 0, false],
])('a task %s', (_, body, restarts, again) => {
  const root = folder();
  const bin = join(root, 'bin');
  const job = { ...awkwardJob(root), program: ['/bin/sh', '-c', body] };
  writeScripts(slurm, job);
  standIn(bin, 'scontrol', `echo "$@" >'${root}/asked'`);
  standIn(bin, 'sleep', 'exit 0');
  const environment = { PATH: bin, SLURM_ARRAY_TASK_ID: '1', SLURM_JOB_ID: '42' };
  const { status } = sh(job, 'array.sbatch', [], { ...environment, SLURM_RESTART_COUNT: String(restarts) });
  expect(status).not.toBe(0);
  const asked = () => readFileSync(join(root, 'asked'), 'utf8');
  if (again) expect(asked()).toBe('requeue 42\n');
  else expect(asked).toThrow('ENOENT');
});
