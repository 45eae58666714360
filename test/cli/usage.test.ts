import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { complaintOf, printedHere } from './in-process.js';
import { expectRefusal, printed, temporaryFolder, vmmu } from './vmmu.js';

const folder = temporaryFolder();
beforeAll(() => printedHere('trace gen uniform small.arrows --refs 2k --pages 64', folder));

describe('bad usage is one line that says what is allowed', () => {
  test.each([
    [
      'rn',
      "unknown command 'rn' (nearest: run); allowed: run, sweep, merge, share, explain, trace, plan, list, schema, verify, reproduce, figure, report, probe, bench, completion, help; see 'vmmu --help'",
    ],
    ['trace gne', "unknown command 'gne' (nearest: gen); allowed: gen, import,"],
    ['help trace gne', "unknown command 'gne' (nearest: gen)"],
    ['--bogus', "unknown option '--bogus'; see 'vmmu --help'"],
    ['run --formt json', "unknown option '--formt' (Did you mean --format?); see 'vmmu run --help'"],
    ['trace gen', "missing required argument 'generator'; see 'vmmu trace gen --help'"],
    ['trace gen uniform', "missing required argument 'file'"],
    ['list machines amd-zen4 costs', "too many arguments for 'list'. Expected 2 arguments but got 3"],
    [
      'list machines amd-zne4',
      "unknown name in machines 'amd-zne4' (nearest: amd-zen4); allowed: amd-k8-revF, amd-barc",
    ],
    ['schema machin', "unknown schema 'machin' (nearest: machine); allowed: machine, costs, config"],
    ['run --workers', "option '--workers <number>' argument missing"],
    ['run --workers 0', "'--workers <number>' argument '0' is invalid. Allowed: a whole number from 1 to 1024"],
    ['run --workers -1', "argument '-1' is invalid"],
    ['run --seed -1', "'--seed <number>' argument '-1' is invalid. Allowed: a whole number from 0 to 4294967295"],
    ['run --seed 0x10', "argument '0x10' is invalid"],
    [
      'run --guest-pages 3m',
      "'--guest-pages <size>' argument '3m' is invalid. Allowed choices are 4k, 2m, 4m, thp, 1g",
    ],
    ['run --host-pages thp', "'--host-pages <size>' argument 'thp' is invalid. Allowed choices are 4k, 2m, 4m, 1g"],
    ['run small.arrows --format jsn', "unknown format 'jsn' (nearest: json); allowed: table, csv, json"],
    [
      'run small.arrows --strategy shado',
      "unknown strategy 'shado' (nearest: shadow); allowed: native, shadow, vtlb, write-protect, nested",
    ],
    ['run small.arrows --strategy native,', "unknown strategy ''; allowed: native"],
    ['run small.arrows --strategy native,native', "found strategy 'native' twice"],
    ['run small.arrows --machine amd-zne4', "unknown machine 'amd-zne4' (nearest: amd-zen4); allowed: amd-k8-revF"],
    ['run small.arrows --machine amd-zen4,amd-zen4', "found machine 'amd-zen4' twice"],
    ['run small.arrows --costs epyc', "unknown costs 'epyc' (nearest: epyc-2020); allowed: prescott-2005"],
    ['list strategie', "unknown list 'strategie' (nearest: strategies); allowed: strategies, machines"],
    ['list machines --format csv', 'Allowed choices are table, json'],
    [
      'trace gen unifrom x.arrows',
      "unknown generator 'unifrom' (nearest: uniform); allowed: sequential, strided, uniform, zipf",
    ],
    ['trace gen uniform x.arrows --pages 3', 'pages: found 3; expected a power of two'],
    ['trace gen chase x.arrows --pages 17592186044416', "argument '17592186044416' is invalid"],
    ['trace gen zipf x.arrows --exponent -1', "argument '-1' is invalid. Allowed: a number, as 0.99"],
    ['trace gen zipf x.arrows --exponent 9', 'exponent: found 9; expected a number from 0 to 8'],
    ['trace gen uniform x.arrows --refs 0', "'--refs <number>' argument '0' is invalid"],
    ['trace gen uniform x.arrows --every cpuid', 'Allowed: event=references'],
    ['trace gen uniform x.arrows --every cpuid=0', 'Allowed: a whole number from 1'],
    ['trace gen uniform x.arrows --every cpuid=1=2', "argument 'cpuid=1=2' is invalid"],
    ['trace gen uniform x.arrows --every cpid=9', "unknown event 'cpid' (nearest: cpuid); allowed: cpuid, io"],
    ['trace gen uniform x.arrows -o y.arrows', 'found two files, x.arrows and --out y.arrows; expected one'],
    [
      'trace gen ptemod x.arrows --refs 5',
      "--refs: generator 'ptemod' has no such option; allowed: --operations, --pages",
    ],
    ['trace gen zipf x.arrows --kpti', "--kpti: generator 'zipf' has no such option; allowed: --refs, --pages, --base"],
    ['trace gen in x.arrows --operations 0', 'operations: found 0; expected a whole number from 1 to 1000000000'],
    ['trace gen in x.arrows --operations few', "argument 'few' is invalid. Allowed: a whole number"],
    ['trace gen switch-ring x.arrows --processes 1', 'processes: found 1; expected a whole number from 2 to 1024'],
    ['trace compose redis', "required option '-o, --out <file>' not specified; see 'vmmu trace compose --help'"],
    ['trace compose rediss -o x.arrows', "no such file, and unknown shipped trace 'rediss' (nearest: redis)"],
    ['trace compose redis boot -o x.arrows', 'boot: found a full-system trace; only user traces can be composed'],
    ['trace compose redis -o x.arrows --copies 0', "argument '0' is invalid. Allowed: a whole number from 1"],
    ['trace compose redis -o x.arrows --quantum 5 --one-space', 'found one space for traces by turns'],
    ['trace compose redis -o x.txt', 'x.txt: a trace file is named *.arrows'],
    ['trace gen uniform x.txt', 'x.txt: a trace file is named *.arrows, *.arrows.br, *.arrows.gz'],
    ['trace convert redis x.arrows --from-format vrun', "unknown trace format 'vrun' (nearest: vruns)"],
    ['bench --processes 0', "argument '0' is invalid. Allowed: a whole number from 1 to 100"],
    ['bench --format csv', 'Allowed choices are table, json'],
    ['bench --yardstick nowhere', '--yardstick nowhere: no yardstick.c there'],
    ['probe --seconds 0', "'--seconds <number>' argument '0' is invalid. Allowed: a whole number from 1 to 86400"],
    ['probe -o probe.json', '-o probe.json: a machine file is named *.yaml; curves (.json) and a figure (.svg) stand'],
    ['probe --figure x.png', '--figure x.png: expected *.svg'],
    ['probe --memory 20', '--memory: found 20 MiB; the chases need 177 MiB or more'],
    ['probe --format csv', 'Allowed choices are table, json'],
    ['probe -o nowhere/probe.yaml', '-o nowhere/probe.yaml: ENOENT'],
    ['verify hardware', "hardware: found no probe.json here; 'vmmu probe -o probe.yaml' writes one"],
    ['verify hardware x.csv', 'x.csv: expected probe.json or probe.yaml, as vmmu probe -o has written them'],
    ['verify hardware x.json', 'x.json: no such file'],
    ['verify hardware a.json b.json', 'found b.json; hardware takes one file'],
    ['completion fihs', "unknown shell 'fihs' (nearest: fish); allowed: bash, zsh, fish"],
    ['bench extra', "too many arguments for 'bench'"],
  ])('%s', async (args, message) => {
    expect(await complaintOf(args)).toContain(message);
  });

  test.each([
    ['rn', "unknown command 'rn' (nearest: run)"],
    ['trace gen', "missing required argument 'generator'; see 'vmmu trace gen --help'"],
    ['run --workers 0', "argument '0' is invalid"],
    ['run small.arrows --strategy shado', "unknown strategy 'shado' (nearest: shadow)"],
    ['trace convert small.arrows x.arrows --filter-sets 512', 'small.arrows: found a native trace'],
    ['trace import small.arrows -o x.arrows --filter-sets 512', 'small.arrows: found a native trace'],
  ])('%s, by the program itself', (args, message) => expectRefusal(folder, args, message));

  test('a name of two lines', () => expectRefusal(folder, ['run', 'a\nb'], "unknown shipped trace 'a?b'"));

  test('nothing was written on the way', () => expect(readdirSync(folder)).toEqual(['small.arrows']));
});

describe('help', () => {
  test.each([
    'run',
    'sweep',
    'sweep run',
    'sweep plan',
    'merge',
    'trace',
    'trace gen',
    'trace compose',
    'trace info',
    'trace convert',
    'plan',
    'plan profile',
    'list',
    'schema',
    'probe',
    'bench',
    'completion',
    'help',
  ])('%s: what it takes, and an example', async (command) => {
    const help = await printedHere(`${command} --help`);
    expect(help).toContain(`Usage: vmmu ${command}`);
    expect(help).toMatch(/Examples?:\n {2}vmmu /);
  });

  test('of a command is also had by `vmmu help`', async () =>
    expect(await printedHere('help trace gen')).toBe(await printedHere('trace gen --help')));

  test('of vmmu names the commands and the exit statuses', async () => {
    const help = await printed(folder, '--help');
    for (const part of ['run', 'trace', 'list', 'bench', 'Examples:', 'Exit status: 0 fine'])
      expect(help).toContain(part);
  });

  test('without a command goes to stderr, as bad usage', async () => {
    const { status, stdout, stderr } = await vmmu(folder, []);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe(await printed(folder, '--help'));
  });
});

test('--version is that of the package', async () => {
  const { default: manifest } = (await import('../../package.json', { with: { type: 'json' } })) as {
    default: { version: string };
  };
  expect(await printed(folder, '--version')).toBe(`${manifest.version}\n`);
});
