// Bhargava et al. (ASPLOS 2008) as a check: references of nested walks without walk caches, with one of guest entries (1d), of both
// dimensions (2d), and with a nested TLB besides. Neither the mean nor the peak may grow from one to the next, on any trace or seed; where
// capacity makes an exception, the evictions that cause it are shown, and the check fails. After `npm run build`; arguments: seeds.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveConfig } from '../dist/config/resolve.js';
import { WALK_CACHES } from '../dist/config/walk-caches.js';
import { run } from '../dist/run/run.js';

const MACHINES = ['amd-barcelona', 'intel-haswell'];
const SHIPPED = ['cc1', 'redis'];
const seeds = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 2, 3];
const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'vmmu-order-'));
let failed = 0;
let passed = 0;
try {
  for (const seed of seeds) {
    const zipf = join(folder, `zipf-${seed}.arrows`);
    const generate = ['trace', 'gen', 'zipf', zipf, '--refs', '1m', '--pages', '262144', '--seed', String(seed)];
    execFileSync(process.execPath, [inProject('dist/cli/main.js'), ...generate], { stdio: 'inherit' });
    const traces = [...SHIPPED.map((name) => inProject(`traces/${name}.arrows.br`)), zipf];
    const configs = MACHINES.flatMap((name) => WALK_CACHES.map((walkCaches) => configOf(name, walkCaches, seed)));
    const rows = await run({ traces, configs, strategies: ['nested'], allowInexact: false });
    for (const trace of [...SHIPPED, 'zipf'])
      for (const name of MACHINES)
        report(
          `${trace} on ${name}, seed ${seed}`,
          WALK_CACHES.map((kind) => rows.find((row) => row.trace === trace && row.machine === `${name} ${kind}`)),
        );
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Frames are scattered by the seed, so that each one is another layout of memory. */
function configOf(machine, walkCaches, seed) {
  const set = ['guest.frames=scattered', 'host.frames=scattered'];
  const config = resolveConfig({ machine, walkCaches, seed, set }, () => '');
  return { ...config, machine: { ...config.machine, name: `${machine} ${walkCaches}` } };
}

function report(label, rows) {
  const means = rows.map(({ counters }) => counters.walkRefs / counters.walks);
  const peaks = rows.map(({ counters }) => counters.peakWalkRefs);
  const ordered = (values) => values.every((value, at) => at === 0 || value <= values[at - 1]);
  const good = ordered(means) && ordered(peaks);
  if (good) passed++;
  else failed++;
  const text = WALK_CACHES.map((kind, at) => `${kind} ${means[at].toFixed(2)} (${peaks[at]})`).join('  ');
  console.log(`${good ? 'ok    ' : 'FAILED'} ${label}: mean (peak) references  ${text}`);
  if (good) return;
  for (const [at, { counters }] of rows.entries())
    console.log(
      `       ${WALK_CACHES[at]}: ${counters.walkCacheEvictions} evictions from the walk cache, ${counters.nestedTlbEvictions} from the nested TLB`,
    );
}
