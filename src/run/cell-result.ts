/** What a cell counted, put together from the parts that counted it. Prices are put on it later. */
import { newCounters, type CounterName, type Counters } from '../counters/counters.js';
import type { Spine } from '../mmu/spine.js';
import { GUEST, NESTED, SAVED_BY, SHADOW } from '../mmu/walk-observer.js';
import type { WalkTally } from '../mmu/walk-tally.js';
import { KIND, type TraceCharacteristics } from '../trace/event.js';
import { EXIT_CAUSES, EXITS, isVmExit, noExits, type ExitCause } from '../vmm/exits.js';

/** What a replay counted; `price` makes cycles of it. */
export interface CellResult {
  readonly counters: Counters;
  readonly exits: Record<ExitCause, number>;
  /** References of walks that ended in a translation, by dimension and level, and what served them. */
  readonly levels: readonly LevelRefs[];
  /** Of a sample of TLB sets: of counters that are estimated, the interval. Left out where all is exact. */
  readonly intervals?: Intervals;
}

/** Low and high end, whole numbers. */
export type Intervals = Readonly<Partial<Record<CounterName, readonly [low: number, high: number]>>>;

/** Table references of walks to one level of the tables of one dimension. */
export interface LevelRefs {
  readonly dimension: 'guest' | 'nested' | 'shadow';
  readonly level: number;
  /** By what served them: l1, l2, l3, memory. */
  readonly served: readonly number[];
  /** Not made, because a walk cache or the nested TLB saved them. */
  readonly walkCacheSkipped: number;
  readonly nestedTlbSkipped: number;
}

interface Parts {
  /** What MMU, guest and strategy have counted; the rest is still 0. */
  readonly counters: Counters;
  readonly exits: Record<ExitCause, number>;
  readonly tally: WalkTally;
  /** Whose tables the first dimension of a walk reads. */
  readonly first: 'guest' | 'shadow';
}

export function cellResult({ counters, exits, tally, first }: Parts): CellResult {
  const levels = [
    ...levelsOf(tally, GUEST, first),
    ...levelsOf(tally, NESTED, 'nested'),
    ...levelsOf(tally, SHADOW, 'shadow'),
  ];
  const refsOf = (dimension: LevelRefs['dimension']): number =>
    sum(levels.filter((level) => level.dimension === dimension).flatMap(({ served }) => served));
  const exitsWhere = (counted: (cause: ExitCause) => boolean): number =>
    sum(EXIT_CAUSES.filter(counted).map((cause) => exits[cause]));
  const [faultedWalkL1Refs, faultedWalkL2Refs, faultedWalkL3Refs, faultedWalkMemoryRefs] = places(tally.faultedServed);
  const [pdpteLoadL1Refs, pdpteLoadL2Refs, pdpteLoadL3Refs, pdpteLoadMemoryRefs] = places(tally.loadServed);
  return {
    counters: {
      ...counters,
      walks: tally.walks,
      walkRefs: sum(levels.flatMap(({ served }) => served)),
      guestRefs: refsOf('guest'),
      nestedRefs: refsOf('nested'),
      shadowRefs: refsOf('shadow'),
      walkCacheSkippedRefs: sum(levels.map(({ walkCacheSkipped }) => walkCacheSkipped)),
      nestedTlbSkippedRefs: sum(levels.map(({ nestedTlbSkipped }) => nestedTlbSkipped)),
      walkCacheHits: tally.hits[SAVED_BY.walkCache]!,
      nestedTlbHits: tally.hits[SAVED_BY.nestedTlb]!,
      peakWalkRefs: tally.peak,
      pdpteLoadRefs: sum([...tally.loadServed]),
      pdpteLoadL1Refs,
      pdpteLoadL2Refs,
      pdpteLoadL3Refs,
      pdpteLoadMemoryRefs,
      faultedWalks: tally.faultedWalks,
      faultedWalkRefs: sum([...tally.faultedServed]),
      faultedWalkL1Refs,
      faultedWalkL2Refs,
      faultedWalkL3Refs,
      faultedWalkMemoryRefs,
      hiddenFaults: exits.hiddenFault + exits.unsync + exits.adUpdate,
      nestedFaults: exits.nestedFault,
      vmExits: exitsWhere(isVmExit),
      vmmEntries: exitsWhere((cause) => !isVmExit(cause)),
      mmuVmExits: exitsWhere((cause) => isVmExit(cause) && EXITS[cause].memory),
      cr3Exits: exits.cr3Write,
      invlpgExits: exits.invlpg,
      tableWriteExits: exits.tableWrite,
      adExits: exits.adUpdate,
    },
    exits,
    levels,
  };
}

/** Of a cell that is not run. */
export function emptyResult(): CellResult {
  return {
    counters: newCounters(),
    exits: noExits(),
    levels: [],
  };
}

/**
 * The references of a replay by kind. In a trace that counts data references between rows, `hiddenRefs` are those on event rows;
 * what the filter hid counts as read, and each fetch run as one fetch.
 */
export function references(
  { refsByKind, runsByKind, firstLevelMisses }: Pick<Spine, 'refsByKind' | 'runsByKind' | 'firstLevelMisses'>,
  counts: TraceCharacteristics['counts'],
  hiddenRefs: number,
): Pick<Counters, 'refs' | 'fetchRefs' | 'readRefs' | 'writeRefs' | 'l1TlbHits'> {
  const exact = counts === 'exact';
  const fetchRefs = exact ? refsByKind[KIND.fetch]! : runsByKind[KIND.fetch]!;
  const writeRefs = exact ? refsByKind[KIND.write]! : runsByKind[KIND.write]!;
  const readRefs = exact ? refsByKind[KIND.read]! : sum([...refsByKind]) + hiddenRefs - writeRefs;
  const refs = fetchRefs + readRefs + writeRefs;
  return { refs, fetchRefs, readRefs, writeRefs, l1TlbHits: refs - firstLevelMisses };
}

/** By what served them. */
function places(served: Float64Array): readonly [l1: number, l2: number, l3: number, memory: number] {
  return [served[0]!, served[1]!, served[2]!, served[3]!];
}

function levelsOf(tally: WalkTally, number: number, dimension: LevelRefs['dimension']): LevelRefs[] {
  return [5, 4, 3, 2, 1]
    .map((level) => ({
      dimension,
      level,
      served: tally.servedAt(number, level),
      walkCacheSkipped: tally.savedAt(SAVED_BY.walkCache, number, level),
      nestedTlbSkipped: tally.savedAt(SAVED_BY.nestedTlb, number, level),
    }))
    .filter(({ served, walkCacheSkipped, nestedTlbSkipped }) => sum(served) + walkCacheSkipped + nestedTlbSkipped > 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
