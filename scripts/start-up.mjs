// CPU time that the command line takes before it does anything: user and system seconds of `vmmu --help` beside those of bare node.
// Needs `npm run build`. Prints medians of many processes, by turns: node scripts/start-up.mjs [RUNS].
import { execFileSync } from 'node:child_process';

const RUNS = Number(process.argv[2] ?? 41);
const CASES = { 'bare node': ['-e', '0'], 'vmmu --help': ['dist/cli/main.js', '--help'] };

/** Seconds of processor time, as the shell counts them for its children. */
function cpuSeconds(args) {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1';
  const timed = execFileSync('bash', ['-c', `{ ${script}; } 2>&1`, 'bash', process.execPath, ...args], {
    encoding: 'utf8',
  });
  return timed
    .trim()
    .split(' ')
    .map(Number)
    .reduce((sum, part) => sum + part);
}

const seconds = Object.fromEntries(Object.keys(CASES).map((name) => [name, []]));
for (let run = 0; run < RUNS; run++)
  for (const [name, args] of Object.entries(CASES)) seconds[name].push(cpuSeconds(args));
for (const [name, all] of Object.entries(seconds)) {
  all.sort((one, other) => one - other);
  console.log(
    `${name.padEnd(12)} ${all[Math.floor(RUNS / 2)].toFixed(3)} s (${all[0].toFixed(3)}–${all.at(-1).toFixed(3)})`,
  );
}
