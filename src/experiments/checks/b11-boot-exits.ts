import type { CellResult } from '../../run/cell-result.js';
import type { StrategyName } from '../../paging/index.js';
import { generateEvents } from '../../trace/generate-events.js';
import { bootConfig, BOOT_HOST_PAGES, recordedBoot, replayedBoot } from './boots.js';
import { within, type Band, type Check, type Finding } from './check.js';
import { afterWarmUp, recorded } from './replay.js';

/** The same order of magnitude: by no more than the square root of ten either way. */
const around = (target: number): Band =>
  [target / Math.sqrt(10), target * Math.sqrt(10)].map(Math.round) as [number, number];

const LEARNED =
  'the exits of nested paging are first touches of host pages, so the ratio follows their size and the guest’s memory, which the source does not give; its guest isolates page tables, this one does not';

const TOTAL_LEARNED =
  'KVM counted much the same of the boot whose rates these are (boot-exits); the guest of the source loads CR3 far more often, as page-table isolation would make it';

const MADE_REFS = 4_000_000;

async function recordedBoots(): Promise<{ pages: string; shadow: CellResult; nested: CellResult }[]> {
  return Promise.all(
    BOOT_HOST_PAGES.map(async (pages) => ({
      pages,
      shadow: await replayedBoot(recordedBoot, 'shadow', pages),
      nested: await replayedBoot(recordedBoot, 'nested', pages),
    })),
  );
}

/** Of a made boot: its first half is first touches, so the ratio over all of it would follow its length. */
function exitsInLaterHalf(strategy: StrategyName): number {
  const boot = recorded(generateEvents('boot-events', { refs: MADE_REFS }));
  return afterWarmUp(boot, MADE_REFS / 2, strategy, bootConfig('4k')).exits;
}

async function findings(): Promise<Finding[]> {
  const boots = await recordedBoots();
  const mmu = boots.map(({ pages, shadow, nested }) =>
    within({
      what: `exits for memory, shadow over nested, host pages ${pages}`,
      target: '111.7',
      measured: shadow.counters.mmuVmExits / nested.counters.mmuVmExits,
      band: around(111.7),
      digits: 1,
      learned: LEARNED,
    }),
  );
  const total = within({
    what: 'all exits, shadow over nested, once the processes have touched their memory',
    target: '24.8',
    measured: exitsInLaterHalf('shadow') / exitsInLaterHalf('nested'),
    band: around(24.8),
    digits: 1,
    learned: TOTAL_LEARNED,
  });
  const { counters } = boots[0]!.shadow;
  const share = within({
    what: 'control-register accesses among the exits of shadow paging, %',
    target: '77.2',
    measured: (100 * counters.cr3Exits) / counters.vmExits,
    band: [60, 90],
    digits: 1,
    learned:
      'with page-table isolation each system call and interrupt loads CR3 twice; the kernel of this boot has none',
  });
  return [...mmu, total, share];
}

export const b11: Check = {
  id: 'B11',
  class: 'BAND',
  title: 'VM exits of a boot: shadow over nested paging',
  source: 'boot of Ubuntu 20.04 with ept=0 and ept=1, repository nicolashanout/linux, c212db19',
  tag: 'P',
  workload:
    'exits for memory: the shipped boot of a Debian kernel; all exits: boot-events, at the rates that KVM counted of that boot',
  findings,
};
