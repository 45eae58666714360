// A check of the tests: applies hand-made faults to a copy of the tree, one at a time, and sees that a test fails.
// Prints a line for each and `N caught, N survived`; ends with 1 if one survives. `--only TEXT`: those whose file or description has it.
//
// The faults, by file: [text that stands there exactly once, what takes its place, what it does wrong]; `tests` names the suites that
// look for them, the likeliest first.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IN_AGILE } from './mutations/agile.mjs';
import { IN_CACHES } from './mutations/caches.mjs';
import { IN_DIRECT } from './mutations/direct.mjs';
import { IN_QUICK } from './mutations/quick.mjs';
import { IN_SHADOW } from './mutations/shadow.mjs';
import { IN_STACKED } from './mutations/stacked.mjs';
import { IN_WALKS } from './mutations/walks.mjs';

const LIMIT_MS = 120_000;

/** Suites by name: what vitest is given, the quickest first. */
const SUITES = {
  walk: [['test/vectors', 'test/walk', 'test/formula'], ['test/reference/walker.test.ts']],
  caches: [
    ['test/walk/slots.test.ts', 'test/walk/caches.test.ts'],
    ['test/property/walk-caches.test.ts'],
    ['test/property/stale-entries.test.ts'],
  ],
  direct: [['test/sequence/direct.test.ts', 'test/contract'], ['test/property/strategies-agree.test.ts']],
  quick: [['test/property/quick-loop.test.ts'], ['test/property/remembered-tables.test.ts']],
  several: [['test/sequence/several-vms.test.ts'], ['test/property/several-vms.test.ts']],
  shadow: [['test/sequence', 'test/contract', 'test/published'], ['test/property/strategies-agree.test.ts']],
  stacked: [['test/contract/stacked.test.ts', 'test/vmm', 'test/published'], ['test/property/stacked-agree.test.ts']],
  tlb: [['test/tlb'], ['test/peers', 'test/replay/walk-refs.test.ts', 'test/property/strategies-agree.test.ts']],
};
const COPIED = ['src', 'test', 'traces', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts'];

const at = process.argv.indexOf('--only');
const only = at < 0 ? '' : (process.argv[at + 1] ?? '');
const all = Object.entries({
  ...IN_WALKS,
  ...IN_CACHES,
  ...IN_QUICK,
  ...IN_SHADOW,
  ...IN_DIRECT,
  ...IN_AGILE,
  ...IN_STACKED,
}).flatMap(([name, { tests, faults }]) =>
  faults.map(([find, replace, what]) => ({ file: name.replace(/ \(.*/, ''), tests, find, replace, what })),
);
const chosen = all.filter(({ file, what }) => `${file} ${what}`.includes(only));

const tree = mkdtempSync(join(tmpdir(), 'vmmu-mutate-'));
process.on('exit', () => rmSync(tree, { recursive: true, force: true }));
/** The run under way. */
let running = null;
process.on('SIGINT', () => {
  if (running !== null) process.kill(-running.pid, 'SIGKILL');
  process.exit(130);
});
for (const path of COPIED) cpSync(path, join(tree, path), { recursive: true });
symlinkSync(join(process.cwd(), 'node_modules'), join(tree, 'node_modules'));

const unchanged = new Set(chosen.flatMap(({ tests }) => tests));
for (const files of [...unchanged].flatMap((suite) => SUITES[suite])) {
  const result = await run(files);
  if (result === 'passed') continue;
  console.log(`The tests fail on the unchanged tree: ${result.by}`);
  process.exit(1);
}

const counts = { caught: 0, survived: 0, 'timed out': 0, 'not found': 0 };
for (const mutation of chosen) {
  const began = Date.now();
  const { verdict, by } = await tried(mutation);
  counts[verdict]++;
  const seconds = ((Date.now() - began) / 1000).toFixed(0).padStart(3);
  console.log(`${verdict.padEnd(9)} ${seconds} s  ${mutation.file}: ${mutation.what}${by === '' ? '' : ` [${by}]`}`);
}
const others = ['timed out', 'not found'].filter((verdict) => counts[verdict] > 0);
console.log(
  `${[`${counts.caught} caught`, `${counts.survived} survived`, ...others.map((verdict) => `${counts[verdict]} ${verdict}`)].join(', ')}`,
);
process.exitCode = counts.caught === chosen.length ? 0 : 1;

/** What becomes of one fault, and the test that caught it. */
async function tried({ file, tests, find, replace }) {
  const path = join(tree, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(find).length !== 2) return { verdict: 'not found', by: `${source.split(find).length - 1} times` };
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  try {
    for (const suite of tests) {
      for (const files of SUITES[suite]) {
        const result = await run(files);
        if (result !== 'passed') return result;
      }
    }
    return { verdict: 'survived', by: '' };
  } finally {
    writeFileSync(path, source);
  }
}

/** Runs some tests up to the first failure. A run that dies without a failed test has caught nothing. */
function run(files) {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const options = [
    'run',
    '--bail',
    '1',
    '--no-isolate',
    '--pool=threads',
    '--reporter=json',
    `--outputFile=${report}`,
    ...files,
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitest, ...options], { cwd: tree, stdio: 'ignore', detached: true });
    running = child;
    const timer = setTimeout(() => {
      process.kill(-child.pid, 'SIGKILL');
      resolve({ verdict: 'timed out', by: files.join(' ') });
    }, LIMIT_MS);
    child.on('close', (code) => {
      clearTimeout(timer);
      running = null;
      const results = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
      const failed = results
        .flatMap(({ assertionResults }) => assertionResults)
        .find(({ status }) => status === 'failed');
      if (failed !== undefined) resolve({ verdict: 'caught', by: failed.title });
      else resolve(code === 0 ? 'passed' : { verdict: 'survived', by: `ended with ${code}, no test failed` });
    });
  });
}
