/** What Slurm has given to this job: https://slurm.schedmd.com/sbatch.html, "output environment variables". */

export interface Allocation {
  readonly cpus?: number;
  readonly memoryMiB?: number;
}

export function allocation(environment: Readonly<Record<string, string | undefined>>): Allocation {
  const number = (name: string): number | undefined => {
    const text = environment[name] ?? '';
    // A node's memory of 0 stands for all of it, however much that is.
    return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
  };
  const cpus = number('SLURM_CPUS_PER_TASK');
  const perCpu = number('SLURM_MEM_PER_CPU');
  const memoryMiB = number('SLURM_MEM_PER_NODE') ?? (perCpu === undefined ? undefined : perCpu * (cpus ?? 1));
  return { ...(cpus === undefined ? {} : { cpus }), ...(memoryMiB === undefined ? {} : { memoryMiB }) };
}
