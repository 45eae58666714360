/** What `perf stat` counted, as rates. A rate has parts, a part may be had from several events; what was not counted is a range. */
import { exactly, times, type Range } from '../range.js';
import { RATE_NAMES, type RateName } from '../profile.js';
import { joined, plus, type Draft } from './draft.js';
import { EVENTS, type EventMeaning, type Part } from './events.js';
import { counted, type Counted } from './counted-events.js';
import type { Around, TimedReport } from './report.js';

/** On these the cycles of walks leave out those in the EPT, which have an event of their own (Intel's event list of Skylake). */
const EPT_APART = ['intel-skylake', 'intel-skylake-sp', 'intel-cascadelake'];
/** Of 24 references of a walk in two dimensions of four levels, 20 are those of the second. */
const WHOLE_WALK = 24 / 4;

export function hardwareRates(reports: readonly TimedReport[], around: Around, draft: Draft): void {
  const events = counted(reports, around, draft);
  for (const rate of RATE_NAMES) {
    const own = events.filter(({ meaning }) => meaning.rate === rate);
    if (own.length > 0) addRate(rate, own, around, draft);
  }
}

interface Had {
  readonly range: Range;
  readonly from: readonly string[];
}

function addRate(rate: RateName, events: readonly Counted[], around: Around, draft: Draft): void {
  const had = new Map<Part, Had>();
  for (const part of new Set(events.map(({ meaning }) => meaning.part))) had.set(part, partOf(part, rate, events));
  const needed = partsOf(rate, had, around);
  const known = needed.flatMap((part) => had.get(part) ?? []);
  if (!needed.slice(0, -1).some((part) => had.has(part)) && needed.length > 1)
    return draft.note(`${rate}: only ${events.map(({ name }) => name).join(', ')} counted, which is too little of it`);
  const most = Math.max(...known.map(({ range }) => range.high));
  const missing = needed.filter((part) => !had.has(part));
  const sum = known.map(({ range }) => range).reduce(plus);
  let range: Range = { low: sum.low, high: sum.high + missing.length * most };
  const texts = known.flatMap(({ from }) => from);
  if (missing.length > 0)
    texts.push(
      `not counted: ${missing.map((part) => PARTS[part]).join(', ')}, each at most as much as the most of these`,
    );
  if (rate === 'walkCycles') range = withNested(range, had.get('nested'), events, around, texts, draft);
  draft.rate(rate, range, joined(texts));
}

const PARTS: Readonly<Record<Part, string>> = {
  all: 'all',
  load: 'loads',
  store: 'stores',
  loadStore: 'loads with stores',
  data: 'data',
  fetch: 'fetches',
  nested: 'walks in the EPT',
  dataWalk: 'walks for data',
  fetchWalk: 'walks for fetches',
  eptDataWalk: 'walks in the EPT for data',
  eptFetchWalk: 'walks in the EPT for fetches',
};

/** What a rate is the sum of; the last of several is the least. */
function partsOf(rate: RateName, had: ReadonlyMap<Part, unknown>, { vendor, paging }: Around): readonly Part[] {
  const data: readonly Part[] = had.has('data') ? ['data'] : ['load', 'store'];
  if (rate === 'tlbMisses') return [...data, 'fetch'];
  if (rate === 'walkCycles') return ['load', 'store', 'fetch'];
  if (rate === 'walkRefs')
    return ['dataWalk', ...(paging === 'nested' ? (['eptDataWalk', 'eptFetchWalk'] as const) : []), 'fetchWalk'];
  if (rate !== 'references') return ['all'];
  return vendor === 'amd' && !had.has('data') ? [...data, 'loadStore'] : data;
}

/** Where several events give it, what they agree on; where they do not, all between them. */
function partOf(part: Part, rate: RateName, events: readonly Counted[]): Had {
  const own = events.filter(({ meaning }) => meaning.part === part);
  const whole = own.filter(({ meaning }) => meaning.pieces === undefined).map(had);
  const families = new Set(own.flatMap(({ meaning }) => meaning.pieces ?? []));
  const summed = [...families].map((pieces) =>
    sumOf(
      own.filter(({ meaning }) => meaning.pieces === pieces),
      { part, rate, pieces },
    ),
  );
  return [...whole, ...summed].reduce((a, b) => ({ range: agreed(a.range, b.range), from: [...a.from, ...b.from] }));
}

function had({ range, meaning, from }: Counted): Had {
  const { least = 1, most = 1 } = meaning;
  return {
    range: { low: range.low * least, high: range.high * most },
    from: [least === 1 && most === 1 ? from : `${from} (${meaning.note})`],
  };
}

function sumOf(pieces: readonly Counted[], kind: Pick<EventMeaning, 'part' | 'rate' | 'pieces'>): Had {
  const all = Object.entries(EVENTS).filter(
    ([, { part, rate, pieces: family, vendor }]) =>
      part === kind.part && rate === kind.rate && family === kind.pieces && vendor === pieces[0]!.meaning.vendor,
  );
  const missing = all.map(([name]) => name).filter((name) => !pieces.some(({ base }) => base === name));
  const sum = pieces.map(({ range }) => range).reduce(plus);
  const most = Math.max(...pieces.map(({ range }) => range.high));
  const from = pieces.map((piece) => piece.from);
  if (missing.length === 0) return { range: sum, from };
  return {
    range: { low: sum.low, high: sum.high + missing.length * most },
    from: [...from, `not counted: ${missing.join(', ')}, each at most as much as the most of these`],
  };
}

function agreed(a: Range, b: Range): Range {
  const both = { low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) };
  return both.low <= both.high ? both : { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

/** Cycles in the second dimension: counted apart, among the others, or not at all. */
function withNested(
  range: Range,
  nested: Had | undefined,
  events: readonly Counted[],
  { paging, circumstances: { machine } }: Around,
  texts: string[],
  draft: Draft,
): Range {
  if (nested !== undefined) {
    texts.push(...nested.from);
    return plus(range, nested.range);
  }
  const apart = machine === undefined || EPT_APART.includes(machine.name);
  const named = events.some(({ base }) => base.endsWith('.walk_pending') || base.endsWith('.walk_active'));
  if (paging !== 'nested' || !apart || !named) return range;
  const why =
    'on Skylake to Cascade Lake these leave out walks in the EPT (ept.walk_pending), up to five times as much';
  texts.push(machine === undefined ? `${why}; --machine not said` : why);
  draft.note(`walkCycles: a range, because ${why}: count ept.walk_pending, or say another --machine`);
  return { low: range.low, high: times(exactly(range.high), WHOLE_WALK).high };
}
