/** The boots that are compared, each under shadow and nested paging. */
import type { StrategyName } from '../../paging/index.js';
import { Cell } from '../../run/cell.js';
import { MEASURED_GUESTS, shippedText } from '../../trace/shipped.js';
import { abortable, closing } from '../../trace/source.js';
import { parseMeasured } from '../../verify/kvm/measured.js';
import type { ExitCause } from '../../vmm/exits.js';
import { BOOT_HOST_PAGES, bootConfig, madeBoot, recordedBoot, replayedBoot } from '../checks/boots.js';
import type { ExperimentOptions, Progress } from '../experiment.js';
import { ofModel, ofSvm, ofVmx, type ByReason } from './reasons.js';

export const MADE_REFS = { full: 20_000_000, quick: 1_000_000 };
/** In the names of boots. */
export const LATER = 'later half';
export const ISOLATED = 'the same, isolation';

const QUICK_HOST_PAGES: readonly (typeof BOOT_HOST_PAGES)[number][] = ['2m'];

export interface Boot {
  readonly name: string;
  readonly shadow: ByReason;
  readonly nested: ByReason;
  /** Exits that have nothing to do with memory are in it. */
  readonly whole: boolean;
}

/** Ubuntu 20.04, kernel 5.11, ept=0 and ept=1: repository nicolashanout/linux, commit c212db19, by VMX basic exit reason. */
const SHADOW = {
  ...{ 0: 1566621, 1: 196779, 7: 112413, 10: 132252, 12: 18029, 14: 171510, 28: 8618699, 29: 2 },
  ...{ 30: 139731, 31: 852, 32: 111076, 44: 11, 52: 98615, 54: 8 },
};
const NESTED = {
  ...{ 0: 8407, 1: 25481, 7: 6352, 10: 132076, 12: 27229, 28: 18175, 29: 2, 30: 132365, 31: 720, 32: 21545 },
  ...{ 44: 11, 48: 35708, 49: 30422, 52: 11029, 54: 9 },
};
const PUBLISHED: Boot = { name: 'published', shadow: ofVmx(SHADOW), nested: ofVmx(NESTED), whole: true };
/** Without what KVM uses for MMIO under nested paging; under shadow paging that is among the page faults. */
const NO_MISCONFIGURATIONS: Boot = {
  ...PUBLISHED,
  name: 'less misconfigurations',
  nested: ofVmx({ ...NESTED, 49: 0 }),
};

/** The boot that was recorded, as KVM counted it on AMD-V. */
function counted(): Boot {
  const { measured } = MEASURED_GUESTS[0]!;
  const { shadow, npt } = parseMeasured(shippedText(measured), measured);
  return {
    name: 'counted by KVM',
    shadow: ofSvm(shadow.by_svm_exit_code),
    nested: ofSvm(npt.by_svm_exit_code),
    whole: true,
  };
}

type Exits = Readonly<Record<ExitCause, number>>;

/** All exits of a made boot, and those after half of its references, when its processes have touched their memory. */
async function halves(
  refs: number,
  strategy: StrategyName,
  hostPages: string,
  signal: AbortSignal | undefined,
  set: readonly string[] = [],
): Promise<{ readonly whole: ByReason; readonly later: ByReason }> {
  return closing(await madeBoot(refs)(), async (source) => {
    const { characteristics } = source.header;
    const cell = new Cell({ strategy, characteristics, config: bootConfig(hostPages, set) }, source.pages);
    let before: Exits | null = null;
    for await (const batch of abortable(source, signal).batches()) {
      if (before === null && cell.counters.refs >= refs / 2) before = cell.result().exits;
      cell.replay(batch);
    }
    const { exits } = cell.result();
    const later = Object.entries(exits).map(([cause, count]) => [cause, count - (before?.[cause as ExitCause] ?? 0)]);
    return { whole: ofModel(exits), later: ofModel(Object.fromEntries(later) as Exits) };
  });
}

/** @param progress told after each replay */
export async function boots({ quick, signal }: ExperimentOptions, progress: Progress): Promise<Boot[]> {
  const sizes = quick ? QUICK_HOST_PAGES : BOOT_HOST_PAGES;
  const told = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    progress(4 * sizes.length + 1);
    return result;
  };
  const refs = MADE_REFS[quick ? 'quick' : 'full'];
  const recorded: Boot[] = [];
  const made: Boot[] = [];
  const later: { shadow: ByReason; nested: ByReason }[] = [];
  for (const pages of sizes) {
    const one = async (strategy: StrategyName): Promise<ByReason> =>
      ofModel((await told(replayedBoot(recordedBoot, strategy, pages, signal))).exits);
    recorded.push({
      name: `recorded, ${pages}`,
      shadow: await one('shadow'),
      nested: await one('nested'),
      whole: false,
    });
  }
  for (const pages of sizes) {
    const shadow = await told(halves(refs, 'shadow', pages, signal));
    const nested = await told(halves(refs, 'nested', pages, signal));
    made.push({ name: `made, ${pages}`, shadow: shadow.whole, nested: nested.whole, whole: true });
    later.push({ shadow: shadow.later, nested: nested.later });
  }
  const [running] = later;
  const isolated = await told(halves(refs, 'shadow', sizes[0]!, signal, ['guest.pageTableIsolation=true']));
  return [
    ...[
      PUBLISHED,
      NO_MISCONFIGURATIONS,
      counted(),
      ...recorded,
      ...made,
      { name: `made, ${sizes[0]!}, ${LATER}`, ...running!, whole: true },
    ],
    { name: ISOLATED, shadow: isolated.later, nested: running!.nested, whole: true },
  ];
}
