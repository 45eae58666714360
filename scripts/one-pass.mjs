// What 144 first-level TLBs (4 to 1024 sets, 1 to 16 ways) take in one pass, to the replay of one of 64 entries in 4 ways: processor time of each in
// turn, three times. Usage: npm run build && node scripts/one-pass.mjs [trace] [strategy]
import { resolveConfig } from '../dist/config/resolve.js';
import { runCell } from '../dist/run/cell.js';
import { inOnePass } from '../dist/run/together.js';
import { openAnyTrace } from '../dist/trace/open.js';
import { loadShared, replayShared } from '../dist/trace/shared.js';

const [name = 'redis', strategy = 'native'] = process.argv.slice(2);
const trace = await loadShared(
  await openAnyTrace(new URL(`../traces/${name}.arrows.br`, import.meta.url).pathname),
  2 ** 33,
);
const config = resolveConfig({ machine: 'yardstick', set: ['machine.tlb.l2=null'] }, () => '');

function specWith(sets, ways) {
  const array = { entries: sets * ways, ways, replacement: 'lru', index: 'modulo' };
  const tlb = { ...config.machine.tlb, l1d: { '4k': array, '2m': { ...array, entries: 32, ways: 4 } } };
  const { characteristics } = trace.header;
  return { strategy, characteristics, config: { ...config, machine: { ...config.machine, tlb } } };
}

const all = [];
for (let sets = 4; sets <= 1024; sets *= 2) for (let ways = 1; ways <= 16; ways++) all.push(specWith(sets, ways));

async function cpuSeconds(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

for (let round = 0; round < 3; round++) {
  const together = await cpuSeconds(() => inOnePass(all, async () => replayShared(trace)));
  const one = await cpuSeconds(() => runCell(specWith(16, 4), trace.pages, trace.batches));
  console.log(
    `${name} ${strategy}: ${all.length} TLBs ${together.toFixed(2)} s, one ${one.toFixed(2)} s: ${(together / one).toFixed(1)} times`,
  );
}
