/** What the committed presets say, in the words of the machine schema. */
import { readFileSync } from 'node:fs';
import type { TlbLevelConfig, TlbSizes } from '../../src/config/machine-schema.js';

type Geometry = readonly [entries: number, ways: number | null];
export type Level = Readonly<Record<string, Geometry | null>>;

export interface Latencies {
  readonly l1: number;
  readonly l2: number;
  readonly l3: number | null;
  readonly memPageRandom: number;
  readonly file: string;
}

export interface Preset {
  readonly vendor: 'amd' | 'intel';
  readonly source: string;
  readonly l1i: Level;
  readonly l1d: Level | { readonly load: Level; readonly store: Level };
  readonly l2?: Level | null;
  readonly l2i?: Level;
  readonly l2d?: Level;
  readonly cachesKB: Readonly<Record<'l1d' | 'l2', Geometry>> & { readonly l3: Geometry | null };
  readonly nasid?: number;
  readonly svm?: readonly string[];
  readonly latencyCycles: Latencies | null;
}

export const PRESETS = JSON.parse(readFileSync(new URL('presets.json', import.meta.url), 'utf8')) as Record<
  string,
  Preset
>;

/** `4m` has no array of its own: it is held where `2m` is. */
function sizesOf(key: string): string[] {
  return [...new Set(key.toLowerCase().replace('4m', '2m').split('+'))];
}

/** Each array as `sizes entries/ways`. AMD's leaves name a shared array once for each size. */
export function arraysOf(level: Level, vendor: Preset['vendor']): string[] {
  const named = Object.entries(level).flatMap(([key, geometry]) =>
    geometry === null ? [] : [{ sizes: sizesOf(key), text: `${geometry[0]}/${geometry[1] ?? 0}` }],
  );
  const merged =
    vendor === 'intel'
      ? named
      : [...new Set(named.map(({ text }) => text))].map((text) => ({
          sizes: named.filter((array) => array.text === text).flatMap(({ sizes }) => sizes),
          text,
        }));
  return merged.map(({ sizes, text }) => `${sizes.join('+')} ${text}`).sort();
}

/** The same of a machine. */
export function heldBy(level: TlbLevelConfig): string[] {
  return Object.entries(level)
    .flatMap(([sizes, array]) =>
      array ? [`${(sizes as TlbSizes) === 'shared' ? '4k+2m+1g' : sizes} ${array.entries}/${array.ways}`] : [],
    )
    .sort();
}
