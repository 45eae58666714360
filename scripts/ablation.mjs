// What each mechanism of KVM's shadow paging does to the shipped guests: replays them with one knob changed at a time, and prints a table.
// node scripts/ablation.mjs, after `npm run build`.
import { fileURLToPath } from 'node:url';
import { openAnyTrace } from '../dist/trace/open.js';
import { replayKvm } from '../dist/verify/kvm/replay.js';

/** Filters and CR3-target values are Intel's. */
const VTX = 'intel-skylake';

const VARIANTS = [
  ['as KVM has it', 'shadow', []],
  ['no prefetch', 'shadow', ['vmm.prefetch=1']],
  ['all kept roots brought in sync', 'shadow', ['vmm.syncScope=all']],
  ['no flood detection', 'shadow', ['vmm.floodLimit=0']],
  ['given up at the first write', 'shadow', ['vmm.floodLimit=1']],
  ['one root kept, 64 tables at most', 'shadow', ['vmm.cachedRoots=1', 'vmm.tablesPerThousand=1']],
  ['4 KiB host pages', 'shadow', ['host.pages=4k']],
  ['dirty bits by hardware', 'shadow', ['vmm.dirtyBits=hardware']],
  ['faults filtered by error code (VT-x)', 'shadow', ['vmm.pfecFilter=true'], VTX],
  ['four CR3-target values (VT-x)', 'shadow', ['vmm.cr3Targets=4'], VTX],
  ['no unsync', 'shadow', ['vmm.unsync=false']],
  ['the same, faults filtered (VT-x)', 'shadow', ['vmm.unsync=false', 'vmm.pfecFilter=true'], VTX],
  ['the same, four CR3-target values (VT-x)', 'shadow', ['vmm.unsync=false', 'vmm.cr3Targets=4'], VTX],
  ['write-protect (no unsync, prefetch, floods)', 'write-protect', []],
  ['vtlb', 'vtlb', []],
];

for (const guest of ['boot', 'churn']) {
  const path = fileURLToPath(new URL(`../traces/${guest}.arrows.br`, import.meta.url));
  console.log(
    `\n| ${guest} | CR3 exits | guest faults | page-fault exits | fixed | emulated writes | unsync events | TLB flushes |`,
  );
  console.log('| --- | --: | --: | --: | --: | --: | --: | --: |');
  for (const [what, strategy, set, machine] of VARIANTS) {
    const { whole } = await replayKvm(await openAnyTrace(path), strategy, set, machine);
    const cells = [
      whole.cr3Exits,
      whole.guestFaults,
      whole.faultExits,
      whole.fixedFaults,
      whole.emulatedWrites,
      whole.unsyncs,
      whole.tlbFlushes,
    ];
    console.log(`| ${[what, ...cells.map((count) => count.toLocaleString('en'))].join(' | ')} |`);
  }
}
