/** A Slurm job array with a task for each shard, and behind it a job that merges: https://slurm.schedmd.com/job_array.html. */
import { UsageError } from '../../errors.js';
import { mergeCommand, scriptPath, shardCommand } from './commands.js';
import type { Engine, Job } from './engine.js';
import { findSbatch, sbatch, scancel } from './sbatch.js';
import { shellWord, shellWords } from './shell.js';

const ARRAY = 'array.sbatch';
const MERGE = 'merge.sbatch';

/** So often a task whose program was killed begins again by itself. */
const RESTARTS = 3;

export const slurm = {
  description: 'a job array of Slurm, submitted with sbatch, and a job behind it that merges',
  check({ out }) {
    if (/[%\\\p{Cc}]/u.test(out))
      throw new UsageError(`--out ${out}: Slurm takes no %, no \\ and no control character in the name of a log`);
  },
  scripts: (job) => ({ [ARRAY]: arrayScript(job), [MERGE]: mergeScript(job) }),
  byHand: (job) => `sbatch ${shellWord(scriptPath(job, ARRAY))}
sbatch --dependency=afterok:NUMBER_OF_THE_ARRAY ${shellWord(scriptPath(job, MERGE))}
`,
  queue: { find: findSbatch, submit },
} as const satisfies Engine;

async function submit(job: Job): Promise<string> {
  const array = await sbatch([scriptPath(job, ARRAY)]);
  const merge = await sbatch([`--dependency=afterok:${array}`, scriptPath(job, MERGE)]).catch(
    async (error: unknown) => {
      await scancel(array);
      throw error;
    },
  );
  return `array    ${array}, tasks 1 to ${job.shards}
merge    ${merge}, when all of them have ended well
watch    squeue -j ${array},${merge}
logs     ${scriptPath(job, 'array-*.out')}, ${scriptPath(job, 'merge-*.out')}
results  ${job.out}
resume   submit again: what is finished is not run again
`;
}

function arrayScript(job: Job): string {
  return `${head(job, 'vmmu-shard', 'array-%A_%a.out', [`array=1-${job.shards}`, `cpus-per-task=${job.cpus}`])}
${shardCommand(job, '$SLURM_ARRAY_TASK_ID', shellWords(job.program))}
status=$?
# Killed: once more from where it was. A task that ends badly takes the merge with it, even if somebody requeues it then.
if [ "$status" = 137 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${RESTARTS} ]; then
  scontrol requeue "$SLURM_JOB_ID" && sleep 60
fi
exit "$status"
`;
}

function mergeScript(job: Job): string {
  return `${head(job, 'vmmu-merge', 'merge-%j.out', ['kill-on-invalid-dep=yes'])}
exec ${mergeCommand(job, shellWords(job.program))}
`;
}

function head(job: Job, name: string, log: string, own: readonly string[]): string {
  const options = [
    `job-name=${name}`,
    ...own,
    ...(job.memoryMiB === undefined ? [] : [`mem=${job.memoryMiB}`]),
    ...(job.minutes === undefined ? [] : [`time=${job.minutes}`]),
    ...(job.partition === undefined ? [] : [`partition=${quoted(job.partition)}`]),
    'requeue',
    `output=${quoted(scriptPath(job, log))}`,
    'open-mode=append',
  ];
  return `#!/bin/sh
${options.map((option) => `#SBATCH --${option}`).join('\n')}

cd ${shellWord(job.folder)} || exit`;
}

/** As sbatch reads a script's head, which is not as a shell does. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', String.raw`\"`)}"`;
}
