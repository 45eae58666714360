import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { script } from '../../src/sweep/submit/script.js';
import { awkwardJob, folder, sh, standIn, writeScripts } from './scripts.js';

function written(job = awkwardJob(folder())) {
  writeScripts(script, job);
  return job;
}

describe('shard.sh', () => {
  test('runs the shard of its argument, with the processors and three quarters of the memory of the job', () => {
    const job = written({ ...awkwardJob(folder()), memoryMiB: 512 });
    const { status, lines } = sh(job, 'shard.sh', ['5']);
    expect(lines).toEqual(
      ['sweep', 'run', job.sweep, '--shard', '5/5', '--out', job.out, '--yes'].concat(
        '--workers',
        '2',
        '--memory',
        '384',
      ),
    );
    expect(status).toBe(0);
  });

  test("runs without an argument the shard of a pod's index, which counts from 0", () => {
    expect(sh(written(), 'shard.sh', [], { JOB_COMPLETION_INDEX: '0' }).lines).toContain('1/5');
    expect(sh(written(), 'shard.sh', [], { JOB_COMPLETION_INDEX: '4' }).lines).toContain('5/5');
  });

  test('says without either what it expects, and ends with 2', () => {
    const { status, stderr } = sh(written(), 'shard.sh', []);
    expect(stderr).toMatch(/expected a number from 1 to 5\n$/);
    expect(status).toBe(2);
  });

  test('calls the vmmu of the PATH where the one that wrote it is not', () => {
    const root = folder();
    standIn(join(root, 'bin'), 'vmmu', 'echo there "$1" "$2"');
    const job = written({ ...awkwardJob(root), program: ['/nowhere/node', '/nowhere/main.js'] });
    expect(sh(job, 'shard.sh', ['1'], { PATH: join(root, 'bin') }).lines).toEqual(['there sweep run']);
    expect(sh(job, 'merge.sh', [], { PATH: join(root, 'bin') }).lines).toEqual(['there sweep merge']);
  });
});

describe('all.sh', () => {
  /** Its program is a file that writes what it is called with into another. */
  function recorded(body: string) {
    const root = folder();
    standIn(root, 'program', `echo "$2 $5" >>'${root}/calls'; ${body}`);
    const job = written({ ...awkwardJob(root), program: ['/bin/sh', join(root, 'program')] });
    return { job, calls: () => readFileSync(join(root, 'calls'), 'utf8').trimEnd().split('\n') };
  }

  test('runs each shard once, then merges', () => {
    const { job, calls } = recorded('exit 0');
    expect(sh(job, 'all.sh', ['2']).status).toBe(0);
    expect(calls().slice(0, 5).sort()).toEqual([1, 2, 3, 4, 5].map((shard) => `run ${shard}/5`));
    expect(calls().slice(5)).toEqual([`merge ${job.out}`]);
  });

  test('does not merge when a shard has failed, and runs the others nevertheless', () => {
    const { job, calls } = recorded('[ "$5" != 2/5 ]');
    const { status, stderr } = sh(job, 'all.sh', []);
    expect(stderr).toBe('all.sh: not all shards ended well; begun again, it goes on where it was\n');
    expect(status).toBe(1);
    expect(calls().sort()).toEqual([1, 2, 3, 4, 5].map((shard) => `run ${shard}/5`));
  });
});

describe('kubernetes.yaml', () => {
  interface Kubernetes {
    spec: { completionMode: string; completions: number; template: { spec: { containers: Container[] } } };
  }
  interface Container {
    command: string[];
    resources: unknown;
  }
  const kubernetes = (job = awkwardJob(folder())) => parse(script.scripts(job)['kubernetes.yaml']) as Kubernetes;

  test('has an index for each shard', () => {
    expect(kubernetes().spec).toMatchObject({ completionMode: 'Indexed', completions: 5 });
  });

  test('asks for the processors and memory of a shard', () => {
    const resources = (job = awkwardJob(folder())) => kubernetes(job).spec.template.spec.containers[0]!.resources;
    const much = { cpu: 2, memory: '512Mi' };
    expect(resources({ ...awkwardJob(folder()), memoryMiB: 512 })).toEqual({ requests: much, limits: much });
    expect(resources()).toEqual({ requests: { cpu: 2 }, limits: { cpu: 2 } });
  });

  test('calls shard.sh by a name that Kubernetes does not expand: $$ is a $ there', () => {
    const job = awkwardJob(folder());
    const { command } = kubernetes(job).spec.template.spec.containers[0]!;
    expect(command.map((word) => word.replaceAll('$$', '$'))).toEqual(['sh', join(job.out, 'submit', 'shard.sh')]);
    expect(command[1]).toContain('$$HOME');
  });
});
