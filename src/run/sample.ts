/** Which sets of a machine's TLBs a sampled replay looks at, and where there can be none. */
import type { Machine, TlbArrayConfig, TlbLevelConfig, TlbSizes } from '../config/machine-schema.js';
import type { RunConfig } from '../config/schema.js';
import { arraysOf, dataLevels, secondLevels, setsOf } from '../mmu/tlb-arrays.js';
import { HUGE, LARGE, SMALL, type Size } from '../mmu/page-index.js';
import { HOLDS } from '../mmu/tlb/tlb-level.js';
import { definitionOf, type AnyStrategy } from '../paging/index.js';
import type { TraceCharacteristics } from '../trace/event.js';
import { Xorshift128 } from '../trace/generators/random.js';

/** Units are groups of sets that no page leaves: see src/mmu/sampled/units.ts. */
export interface Sample {
  readonly units: number;
  /** How many of them are replayed. */
  readonly drawn: number;
}

/** What speaks against a sample: what was found, and what to give instead. */
export interface NoSample {
  readonly refused: string;
}

/** An interval is made from the spread of units: of one there is none. */
const FEWEST = 2;

/** @param oneIn the part of all sets that is asked for is 1/oneIn */
export function sampleOf(
  oneIn: number,
  strategy: AnyStrategy,
  { source }: Pick<TraceCharacteristics, 'source'>,
  config: RunConfig,
): Sample | NoSample {
  const { virtualized, walksQuietly = false } = definitionOf(strategy);
  const found = (what: string, expected: string): NoSample => ({ refused: `found ${what}; expected ${expected}` });
  if (!walksQuietly) return found(`strategy ${strategy}, whose misses do more than walk`, 'native, nested or shadow');
  if (config.guest.vcpus > 1) return found(`${config.guest.vcpus} processors`, 'one: --set guest.vcpus=1');
  const { walkCache, nestedTlb, pteCacheShare, tlb, name } = config.machine;
  if (walkCache !== null || nestedTlb !== null)
    return found(`walk caches or a nested TLB on ${name}, which see every miss`, 'none: --walk-caches none');
  if (pteCacheShare > 0)
    return found('table entries in data caches, which see every walk', 'none: --set machine.pteCacheShare=0');
  const arrays = arraysFor(tlb, largest(source, virtualized, config));
  const odd = arrays.map(oddityOf).find((what) => what !== null);
  if (odd !== undefined) return found(`${odd} on ${name}`, 'sets by modulo that know nothing of each other');
  const units = arrays.map(({ sets }) => sets).reduce(greatestCommonDivisor);
  const allowed = fractions(units);
  if (allowed.includes(oneIn)) return { units, drawn: units / oneIn };
  const all = arrays.map(({ place, sets }) => `${place} ${sets}`).join(', ');
  return found(
    `sets=1/${oneIn} on ${name}, whose TLBs have these sets: ${all}; all can be divided by ${units} at the most`,
    allowed.length === 0
      ? `a common divisor of 4 or more`
      : `a part of that with 2 sets or more: ${allowed.map((one) => `1/${one}`).join(', ')}`,
  );
}

/** The units that a seed draws, in their order. */
export function drawUnits({ units, drawn }: Sample, seed: number): number[] {
  const random = new Xorshift128(seed);
  const all = Array.from({ length: units }, (_, unit) => unit);
  for (let at = 0; at < drawn; at++) {
    const other = at + random.below(units - at);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all.slice(0, drawn).sort((a, b) => a - b);
}

/** Parts that leave whole units, some out and enough in, as what all is divided by. */
function fractions(units: number): number[] {
  return Array.from({ length: Math.floor(units / FEWEST) }, (_, at) => at + 1).filter(
    (oneIn) => oneIn > 1 && units % oneIn === 0,
  );
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The largest size of a translation that there may be: an entry is no larger than the guest's page, nor than the host's. */
function largest(source: TraceCharacteristics['source'], virtualized: boolean, { guest, host }: RunConfig): Size {
  const SIZE_OF = { '4k': SMALL, '2m': LARGE, '4m': LARGE, thp: LARGE, '1g': HUGE } as const;
  const inGuest = source === 'user' && guest.mode !== 'none' ? SIZE_OF[guest.pages] : HUGE;
  return Math.min(inGuest, virtualized ? SIZE_OF[host.pages] : HUGE) as Size;
}

interface NamedArray {
  /** As in the configuration. */
  readonly place: string;
  readonly sets: number;
  readonly array: TlbArrayConfig;
  /** There is another one in its level for one of its sizes. */
  readonly shares: boolean;
}

/** Arrays that hold pages up to a size. */
function arraysFor({ l1i, l1d, l2 }: Machine['tlb'], most: Size): NamedArray[] {
  const data = dataLevels(l1d);
  const names = data.length > 1 ? ['l1d.load', 'l1d.store'] : ['l1d'];
  const second = secondLevels(l2);
  const secondNames = second.length > 1 ? ['l2.instruction', 'l2.data'] : ['l2.unified'];
  const levels = [['l1i', l1i] as const, ...named(names, data), ...named(secondNames, second)];
  return levels.flatMap(([place, level]) => arraysAt(place, level, most));
}

function named(names: readonly string[], levels: readonly TlbLevelConfig[]): (readonly [string, TlbLevelConfig])[] {
  return levels.map((level, at) => [names[at]!, level]);
}

function arraysAt(place: string, level: TlbLevelConfig, most: Size): NamedArray[] {
  const all = arraysOf(level);
  const held = (name: TlbSizes): Size[] => HOLDS[name].filter((size) => size <= most);
  return all
    .filter(([name]) => held(name).length > 0)
    .map(([name, array]) => ({
      place: `${place}.${name}`,
      sets: setsOf(array),
      array,
      shares: all.some(([other]) => other !== name && HOLDS[other].some((size) => HOLDS[name].includes(size))),
    }));
}

function oddityOf({ place, array, shares }: NamedArray): string | null {
  if (array.index !== 'modulo') return `${place} with sets by ${array.index}`;
  if (array.replacement === 'random') return `${place} with random replacement`;
  return shares ? `two arrays for one size of page, ${place} among them` : null;
}
