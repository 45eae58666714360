/** The events of `perf stat` that are understood, each once: modes and kinds of core added up. */
import { exactly, type Range } from '../range.js';
import { count, joined, plus, type Draft } from './draft.js';
import { eventName, type EventName } from './event-name.js';
import { EVENTS, type EventMeaning } from './events.js';
import type { Around, TimedReport } from './report.js';

/** Below this share of the time, what perf scales up is hardly a measurement. */
export const LEAST_SHARE = 0.1;
const SOFTWARE = ['page-faults', 'faults', 'context-switches', 'cs'];

export interface Counted {
  readonly base: string;
  /** As the report has it. */
  readonly name: string;
  readonly meaning: EventMeaning;
  /** A second. */
  readonly range: Range;
  readonly from: string;
  readonly place: string;
}

interface Single extends EventName {
  readonly name: string;
  readonly perSecond: number;
  readonly from: string;
  readonly path: string;
  readonly place: string;
}

export function counted(reports: readonly TimedReport[], around: Around, draft: Draft): Counted[] {
  const singles = reports.filter(({ source }) => source === 'perf-stat').flatMap((report) => singlesOf(report, draft));
  const hosts = new Set(singles.filter(({ whose }) => whose === 'guest').map(({ path }) => path));
  const onHost = ({ path }: Single): boolean => around.circumstances.perfRan === 'host' || hosts.has(path);
  if (around.circumstances.perfRan === 'host' && singles.some(({ whose }) => whose === null))
    draft.note("perf stat ran on the host: without :G events count the VMM's own work too");
  const bases = [...new Set(singles.map(({ base }) => base))];
  return bases.flatMap((base) => {
    const meaning = meaningOf(base, around);
    const all = singles.filter((single) => single.base === base);
    if (typeof meaning === 'string') return refuse(draft, all, meaning);
    const own = SOFTWARE.includes(base) ? all.filter((single) => !onHost(single)) : all;
    if (own.length < all.length)
      refuse(draft, all.filter(onHost), 'counted on the host, where it says nothing of the guest');
    if (own.length === 0) return [];
    if (SOFTWARE.includes(base))
      draft.note(
        `${own[0]!.name}: taken as the guest's own, counted within it; if perf ran on the host, say --perf-ran host`,
      );
    return [{ base, meaning, ...together(own, draft), name: own[0]!.name, place: own[0]!.place }];
  });
}

function refuse(draft: Draft, own: readonly Single[], why: string): [] {
  draft.note(`${own.map(({ name }) => name).join(', ')}: not used: ${why}`);
  return [];
}

/** Or why it has none. */
function meaningOf(base: string, { vendor }: Around): EventMeaning | string {
  const meaning = Object.hasOwn(EVENTS, base) ? EVENTS[base]! : null;
  if (meaning === null) return 'no event that is known (vmmu plan profile --events)';
  if (meaning.rate === null) return meaning.note;
  if (base === 'dtlb-load-misses' && vendor === 'amd') return { ...meaning, part: 'data' };
  if (base === 'dtlb-loads' && vendor !== 'intel')
    return vendor === 'amd'
      ? 'on AMD it counts misses of the first TLB'
      : 'on AMD it counts misses of the first TLB, and nothing tells the vendor';
  return meaning;
}

function singlesOf({ profile, seconds, path }: TimedReport, draft: Draft): Single[] {
  return Object.entries(profile.counters).flatMap(([name, value]) => {
    const parsed = eventName(name);
    const share = profile.shares?.[name] ?? 1;
    const left = parsed.raw
      ? 'a number, which counts another thing on each processor: give it a name, as cpu/event=0x08,umask=0x10,name=dtlb_load_misses.walk_pending/'
      : parsed.whose === 'host'
        ? 'of the host alone'
        : share < LEAST_SHARE
          ? `counted ${(100 * share).toFixed(1)} % of the time only: ask for fewer events at once`
          : null;
    if (left !== null) {
      draft.note(`${name}: not used: ${left}`);
      return [];
    }
    const part = share < 1 ? `, counted ${Math.round(100 * share)} % of the time` : '';
    const from = `${path}: ${count(value)} ${name} in ${count(seconds)} s${part}`;
    return [{ ...parsed, name, perSecond: value / seconds, from, path, place: profile.places[name] ?? path }];
  });
}

/** Each kind of core by its own; of user and kernel mode one may be missing. */
function together(singles: readonly Single[], draft: Draft): { readonly range: Range; readonly from: string } {
  const units = [...new Set(singles.map(({ unit }) => unit))];
  return units
    .map((unit) => {
      const own = singles.filter((single) => single.unit === unit);
      const whole = own.filter(({ mode }) => mode === 'all');
      const all = whole.find(({ whose }) => whose === 'guest') ?? whole[0];
      const others = own.filter((single) => single !== all);
      if (all !== undefined && others.length > 0) refuse(draft, others, `${all.name} has it whole`);
      if (all !== undefined) return { range: exactly(all.perSecond), from: all.from };
      const sum = own.reduce((total, { perSecond }) => total + perSecond, 0);
      const from = joined(own.map((single) => single.from));
      const modes = new Set(own.map(({ mode }) => mode));
      if (modes.size === 2) return { range: exactly(sum), from };
      const what = modes.has('user') ? 'user mode only: the kernel' : 'the kernel only: user mode';
      draft.note(`${own[0]!.name}: counted in ${what} stands for at most as much`);
      return { range: { low: sum, high: 2 * sum }, from: `${from} (${what} at most as much)` };
    })
    .reduce((a, b) => ({ range: plus(a.range, b.range), from: joined([a.from, b.from]) }));
}
