/** Scripts for machines without Slurm: one shard, all of them on one machine or by GNU parallel, and Kubernetes. */
import { UsageError } from '../../errors.js';
import { PART_FOR_CELLS } from '../memory.js';
import { mergeCommand, scriptPath, shardCommand } from './commands.js';
import type { Engine, Job } from './engine.js';
import { kubernetes } from './kubernetes.js';
import { shellWord, shellWords } from './shell.js';

export const script = {
  description: 'scripts for xargs, GNU parallel and Kubernetes; nothing is submitted',
  check({ minutes, partition }) {
    for (const [option, value] of Object.entries({ time: minutes, partition }))
      if (value !== undefined) throw new UsageError(`--${option} ${value}: --engine script has none; allowed: slurm`);
  },
  scripts: (job) => ({
    'shard.sh': shardScript(job),
    'merge.sh': mergeScript(job),
    'all.sh': allScript(job),
    'kubernetes.yaml': kubernetes(job),
    'README.txt': readme(job),
  }),
  byHand: (job) => `sh ${shellWord(scriptPath(job, 'all.sh'))}
${scriptPath(job, 'README.txt')} says how on several machines
`,
} as const satisfies Engine;

function shardScript(job: Job): string {
  const limits = job.memoryMiB === undefined ? '' : ` --memory ${Math.ceil(PART_FOR_CELLS * job.memoryMiB)}`;
  return `#!/bin/sh
# Runs one shard of ${job.shards}: shard.sh 1. Without a number: that of a Kubernetes pod, which counts from 0.
set -eu
shard=\${1:-$((\${JOB_COMPLETION_INDEX?expected a number from 1 to ${job.shards}} + 1))}
${begin(job)}
exec ${shardCommand(job, '$shard', '"$@"')} --workers ${job.cpus}${limits}
`;
}

function mergeScript(job: Job): string {
  return `#!/bin/sh
# Makes the results of finished cells; fails when some are missing.
set -eu
${begin(job)}
exec ${mergeCommand(job, '"$@"')}
`;
}

/** Elsewhere, as in a container, there may be another vmmu. */
function begin({ program, folder }: Job): string {
  return `if [ -e ${shellWord(program.at(-1)!)} ]; then set -- ${shellWords(program)}; else set -- vmmu; fi
cd ${shellWord(folder)}`;
}

function allScript(job: Job): string {
  return `#!/bin/sh
# Runs all shards on this machine, so many at once: all.sh 4. Without a number: as many as it has processors for. Then merges.
set -eu
processors=$(getconf _NPROCESSORS_ONLN)
at_once=\${1:-$((processors > ${job.cpus} ? processors / ${job.cpus} : 1))}
if ! seq ${job.shards} | xargs -n 1 -P "$at_once" sh ${shellWord(scriptPath(job, 'shard.sh'))}; then
  echo 'all.sh: not all shards ended well; begun again, it goes on where it was' >&2
  exit 1
fi
exec sh ${shellWord(scriptPath(job, 'merge.sh'))}
`;
}

function readme(job: Job): string {
  const path = (name: string) => shellWord(scriptPath(job, name));
  return `${job.shards} shards, each with ${job.cpus} of a machine's processors. All machines must see these, at the same place:
  ${job.folder}
  ${job.sweep} and its traces
  ${job.out}

On this machine:
  sh ${path('all.sh')}

On several, with GNU parallel, and ssh to machines that have the same files at the same place:
  parallel --sshlogin alpha,beta --jobs 2 --quote sh ${path('shard.sh')} ::: $(seq ${job.shards})
  sh ${path('merge.sh')}

On Kubernetes, after filling in what kubernetes.yaml says:
  kubectl apply -f ${path('kubernetes.yaml')}
  kubectl wait --for=condition=complete --timeout=-1s job/vmmu-sweep
  sh ${path('merge.sh')}

Any of these may be killed and given again, as it is: finished cells lie in ${scriptPath(job, '../cells')} and are not run again.
The merge names the cells that are missing.
`;
}
