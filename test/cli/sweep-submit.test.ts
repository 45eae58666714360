import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { standIn } from '../sweep/scripts.js';
import { complaintOf, printedHere } from './in-process.js';
import { expectRefusal, printed, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
beforeAll(async () => {
  await printed(folder, 'trace gen uniform small.arrows --refs 2k --pages 64');
  writeFileSync(
    join(folder, 'sweep.yaml'),
    'traces: [small.arrows]\nstrategies: [native, nested]\naxes: { guest.pages: [4k, thp] }\n',
  );
  writeFileSync(join(folder, 'other.yaml'), 'traces: [small.arrows]\nstrategies: [native]\n');
  writeFileSync(join(folder, 'bad.yaml'), 'traces: []\n');
});
afterEach(() => vi.unstubAllEnvs());

/** Slurm's commands as the body of each says, and nothing else. */
function cluster(name: string, commands: Readonly<Record<string, string>>): string {
  const bin = join(folder, name);
  for (const [command, body] of Object.entries(commands)) standIn(bin, command, body);
  vi.stubEnv('PATH', bin);
  return bin;
}

describe('what cannot be submitted is refused in one line, and nothing is written', () => {
  const SHARDS = '--engine script --shards 4';
  test.each([
    ['sweep.yaml --out out --engine script', "required option '--shards <number>' not specified"],
    ['sweep.yaml --out out --shards 4', "required option '--engine <name>' not specified"],
    ['sweep.yaml --out out --engine pbs --shards 4', "argument 'pbs' is invalid. Allowed choices are slurm, script"],
    ['sweep.yaml --out out --engine script --shards 0', "argument '0' is invalid. Allowed: a whole number from 1"],
    [`sweep.yaml --out out ${SHARDS} --cpus 1.5`, "argument '1.5' is invalid. Allowed: a whole number from 1"],
    [`sweep.yaml --out out ${SHARDS} --memory 8G1`, "argument '8G1' is invalid"],
    [`sweep.yaml --out out ${SHARDS} --time 60`, '--time 60: --engine script has none; allowed: slurm'],
    [`sweep.yaml --out out ${SHARDS} --partition a`, '--partition a: --engine script has none; allowed: slurm'],
    [`none.yaml --out out ${SHARDS}`, 'none.yaml: no such file'],
    [`bad.yaml --out out ${SHARDS}`, 'bad.yaml:1:'],
    ['sweep.yaml --out out --engine script --shards 5', '--shards 5: the sweep has 4 cells; allowed: at most so many'],
    [`sweep.yaml --out a\nb ${SHARDS}`, 'found a control character; no script can hold it'],
    ['sweep.yaml --out 50% --engine slurm --shards 4 --dry-run', 'Slurm takes no %'],
  ])('%s', async (args, complaint) => {
    const before = readdirSync(folder);
    expect(await complaintOf(`sweep submit ${args}`, folder)).toContain(complaint);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('without sbatch the other engine is named', async () => {
    cluster('no-slurm', {});
    expect(await complaintOf('sweep submit sweep.yaml --out out --engine slurm --shards 4', folder)).toBe(
      'sbatch: not found; --engine script does without Slurm',
    );
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});

test('the program and its exit status are those of any bad usage', async () => {
  await expectRefusal(folder, 'sweep submit none.yaml --out out --engine script --shards 4', 'none.yaml: no such file');
});

test('a folder of another sweep is refused, and its scripts stay', async () => {
  await printedHere('sweep submit sweep.yaml --out mine --engine script --shards 4', folder);
  const before = readFileSync(join(folder, 'mine/submit/shard.sh'), 'utf8');
  expect(await complaintOf('sweep submit other.yaml --out mine --engine script --shards 1', folder)).toContain(
    '--out mine: found the sweep sweep',
  );
  expect(readFileSync(join(folder, 'mine/submit/shard.sh'), 'utf8')).toBe(before);
});

test('all.sh makes the bytes of one run', async () => {
  await printed(folder, 'sweep run sweep.yaml --out one --quiet --format csv');
  await printed(folder, 'sweep submit sweep.yaml --out all --engine script --shards 3');
  execFileSync('sh', [join(folder, 'all/submit/all.sh')], { stdio: 'ignore' });
  for (const name of ['summary.csv', 'page-walks.csv', 'vmm-invocations.csv', 'manifest.json', 'sweep.json'])
    expect(readFileSync(join(folder, 'all', name), 'utf8')).toBe(readFileSync(join(folder, 'one', name), 'utf8'));
});

test('a dry run writes the scripts, tells how to go on, and asks for no Slurm', async () => {
  cluster('nothing', {});
  const text = await printedHere('sweep submit sweep.yaml --out dry --engine slurm --shards 4 --dry-run', folder);
  expect(readdirSync(join(folder, 'dry/submit')).sort()).toEqual(['array.sbatch', 'merge.sbatch']);
  expect(text).toContain(`\nsbatch ${join(folder, 'dry/submit/array.sbatch')}\n`);
});

test('scripts call node and the program as they run now, by absolute names', async () => {
  await printed(folder, 'sweep submit sweep.yaml --out scripts --engine script --shards 4');
  const [begin] = /set -- \S+ \S+main\.js;/.exec(readFileSync(join(folder, 'scripts/submit/shard.sh'), 'utf8'))!;
  expect(begin).toMatch(/^set -- \/\S+ \/\S+\/dist\/cli\/main\.js;$/);
});

describe('jobs', () => {
  const SUBMIT = 'sweep submit sweep.yaml --engine slurm --shards 4 --out';

  test('are an array and a merge that waits for it; their numbers and what to do with them are told', async () => {
    const bin = cluster('slurm', { sbatch: `echo "$@" >>'${folder}/slurm/calls'; [ $# = 2 ] && echo 12 || echo 13` });
    const text = await printedHere(`${SUBMIT} jobs`, folder);
    expect(readFileSync(join(bin, 'calls'), 'utf8').split('\n')).toEqual([
      '--version',
      `--parsable ${folder}/jobs/submit/array.sbatch`,
      `--parsable --dependency=afterok:12 ${folder}/jobs/submit/merge.sbatch`,
      '',
    ]);
    for (const part of ['array    12, tasks 1 to 4\n', 'merge    13,', 'squeue -j 12,13\n', 'resume   submit again'])
      expect(text).toContain(part);
  });

  test('of one of several clusters are known by their numbers', async () => {
    cluster('several', { sbatch: 'echo "12;east"' });
    expect(await printedHere(`${SUBMIT} several-jobs`, folder)).toContain('squeue -j 12,12\n');
  });

  test('that sbatch refuses are refused in its words', async () => {
    const words =
      'sbatch: error: invalid partition specified: a\nsbatch: error: Batch job submission failed: Invalid partition';
    cluster('refusing', { sbatch: `[ "$1" = --version ] || { echo '${words}' >&2; exit 1; }` });
    expect(await complaintOf(`${SUBMIT} refused`, folder)).toBe(
      'sbatch: invalid partition specified: a; Batch job submission failed: Invalid partition',
    );
  });

  test('do not stay behind alone: an array whose merge is refused is cancelled', async () => {
    const bin = cluster('half', {
      sbatch: '[ $# = 3 ] && { echo full >&2; exit 1; }; echo 12',
      scancel: `echo "$@" >'${folder}/half/cancelled'`,
    });
    expect(await complaintOf(`${SUBMIT} half-jobs`, folder)).toBe('sbatch: full');
    expect(readFileSync(join(bin, 'cancelled'), 'utf8')).toBe('12\n');
  });
});
