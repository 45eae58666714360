// What each mechanism of KVM's shadow paging does to the shipped guests: replays them with one knob changed at a time, and prints a table.
// node scripts/ablation.mjs, after `npm run build`.
import { fileURLToPath } from 'node:url';
import { openAnyTrace } from '../dist/trace/open.js';
import { replayKvm } from '../dist/verify/kvm/replay.js';

const VARIANTS = [
  ['as KVM has it', 'shadow', []],
  ['no prefetch', 'shadow', ['vmm.prefetch=1']],
  ['all kept roots brought in sync', 'shadow', ['vmm.syncScope=all']],
  ['no flood detection', 'shadow', ['vmm.floodLimit=0']],
  ['given up at the first write', 'shadow', ['vmm.floodLimit=1']],
  ['one root kept, 64 tables at most', 'shadow', ['vmm.cachedRoots=1', 'vmm.tablesPerThousand=1']],
  ['4 KiB host pages', 'shadow', ['host.pages=4k']],
  ['no unsync', 'shadow', ['vmm.unsync=false']],
  ['write-protect (no unsync, prefetch, floods)', 'write-protect', []],
  ['vtlb', 'vtlb', []],
];

for (const guest of ['boot', 'churn']) {
  const path = fileURLToPath(new URL(`../traces/${guest}.arrows.br`, import.meta.url));
  console.log(`\n| ${guest} | page-fault exits | fixed | emulated writes | unsync events | TLB flushes |`);
  console.log('| --- | --: | --: | --: | --: | --: |');
  for (const [what, strategy, set] of VARIANTS) {
    const { whole } = await replayKvm(await openAnyTrace(path), strategy, set);
    const cells = [whole.faultExits, whole.fixedFaults, whole.emulatedWrites, whole.unsyncs, whole.tlbFlushes];
    console.log(`| ${[what, ...cells.map((count) => count.toLocaleString('en'))].join(' | ')} |`);
  }
}
