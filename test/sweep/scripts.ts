/** Scripts of a job as files, and programs that tell what they were called with. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Engine, Job } from '../../src/sweep/submit/engine.js';

/** What a shell could trip over; no % and no \, which Slurm does not take. */
const AWKWARD = `an 'awkward' "name" $HOME #1 *`;

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'vmmu-submit-'));
  afterAll(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A job of five shards in folders with awkward names, whose program prints its arguments, one on a line. */
export function awkwardJob(root: string): Job {
  const here = join(root, AWKWARD);
  const out = join(here, 'out');
  mkdirSync(join(out, 'submit'), { recursive: true });
  standIn(root, 'print', String.raw`printf '%s\n' "$@"`);
  return {
    program: ['/bin/sh', join(root, 'print')],
    folder: here,
    sweep: join(here, 'sweep.yaml'),
    out,
    shards: 5,
    cpus: 2,
  };
}

export function writeScripts(engine: Engine, job: Job): void {
  for (const [name, text] of Object.entries(engine.scripts(job))) writeFileSync(join(job.out, 'submit', name), text);
}

/** A program of that name, before all others of its name. */
export function standIn(bin: string, name: string, body: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

/** Runs a script of the job with `sh`. */
export function sh(job: Job, name: string, args: readonly string[], environment: Record<string, string> = {}) {
  const { PATH, ...others } = environment;
  const env = { PATH: [...(PATH === undefined ? [] : [PATH]), '/usr/bin', '/bin'].join(':'), ...others };
  const { status, stdout, stderr } = spawnSync('sh', [join(job.out, 'submit', name), ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}
