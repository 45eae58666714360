/** Rates that no virtual machine of so many processors can have: a mistake in the reports, or in what was said of them. */
import { ConfigError } from '../../errors.js';
import { costMicroseconds } from '../../profile/exit-profile.js';
import { LEAST_SHARE } from './counted-events.js';
import { count } from './draft.js';
import { MOST_WALKERS } from './events.js';
import { eventName } from './event-name.js';
import type { TimedReport } from './report.js';

const MOST_CLOCK = 1e10;
const MOST_EXITS = 1e7;
/** Counters of KVM that are times, or numbers of what there is. */
const NO_EVENTS = /_ns$|^(?:pages|max)_|_hist/;
/** Memory operations that a processor begins in a cycle, with room. */
const MOST_REFERENCES = 8;

const PER_CYCLE: readonly [RegExp, number, string][] = [
  [/^(?:cpu-)?cycles$|^cpu_clk_unhalted|^ls_not_halted_cyc$/, 1, 'cycles'],
  [/\.walk_(?:pending|active|duration|cycles)$/, MOST_WALKERS, 'walkers and cycles'],
  [
    /^mem_(?:inst|uops)_retired|^ls_dispatch|_accesses$|tlb-(?:loads|stores)$|^page_walker_loads/,
    MOST_REFERENCES,
    'memory operations',
  ],
  [/tlb|^ls_tablewalker/, 1, 'cycles'],
];

export function checkPlausible(reports: readonly TimedReport[], vcpus: number): void {
  for (const report of reports) {
    if (report.source === 'perf-stat') checkEvents(report, vcpus);
    else checkExits(report, vcpus);
  }
}

function checkExits({ profile, seconds, path }: TimedReport, vcpus: number): void {
  const numbers = [
    ...profile.exits.map(({ name, count: times }) => [name, times] as const),
    ...Object.entries(profile.counters).filter(([name]) => !NO_EVENTS.test(name)),
  ];
  for (const [name, value] of numbers)
    refuse(
      name,
      value / seconds,
      MOST_EXITS * vcpus,
      `${count(MOST_EXITS)} a second of each of ${vcpus} virtual processors`,
      profile.places[name] ?? path,
    );
  const cost = costMicroseconds(profile);
  if (cost !== null && cost / 1e6 > seconds * vcpus)
    throw new ConfigError(
      `${path}: found exits of ${count(cost / 1e6)} s in ${count(seconds)} s; expected at most what ${vcpus} virtual processors have (--seconds, --vcpus)`,
    );
}

function checkEvents({ profile, seconds, path }: TimedReport, vcpus: number): void {
  const cycles = cyclesOf(profile.counters);
  for (const [name, value] of Object.entries(profile.counters)) {
    const { base } = eventName(name);
    const [, most, what] = PER_CYCLE.find(([names]) => names.test(base)) ?? [];
    if (most === undefined || (profile.shares?.[name] ?? 1) < LEAST_SHARE) continue;
    const place = profile.places[name] ?? path;
    refuse(
      name,
      value / seconds,
      most * MOST_CLOCK * vcpus,
      `${most} for each cycle of ${vcpus} virtual processors at 10 GHz`,
      place,
    );
    if (cycles === null || what === undefined || value <= most * cycles.value || base === cycles.base) continue;
    throw new ConfigError(
      `${place}: found ${count(value)} ${name} in ${count(cycles.value)} ${cycles.base}; expected at most ${most} in a cycle`,
    );
  }
}

function cyclesOf(counters: Readonly<Record<string, number>>) {
  const all = Object.entries(counters).map(([name, value]) => ({ ...eventName(name), value }));
  const own = all.find(({ base, mode }) => /^(?:cpu-)?cycles$/.test(base) && mode === 'all');
  return own === undefined || all.some(({ unit }) => unit !== own.unit) ? null : own;
}

function refuse(name: string, perSecond: number, most: number, why: string, place: string): void {
  if (perSecond <= most) return;
  throw new ConfigError(
    `${place}: found ${count(perSecond)} ${name} a second; expected at most ${why}: is it of more (--vcpus), or of a longer time (--seconds)?`,
  );
}
