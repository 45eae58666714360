/** All that a report page shows, put together from what vmmu has written before. */
import { resolve } from 'node:path';
import { refuseTwins } from '../config/names.js';
import { countedOf, identityOf } from '../report/counted.js';
import { manifestInput } from '../report/manifest.js';
import type { ResultRow } from '../report/result-row.js';
import type { PageData, PageRow, RowPrices, Source } from './page-data.js';
import { distinctRows } from './distinct-rows.js';
import { placesOf, type Place } from './places.js';
import { pricesOf } from './prices.js';

/** @param paths files and folders of results @throws UsageError where one of them holds none, or damaged ones */
export async function gather(paths: readonly string[], title: string, version: string): Promise<PageData> {
  refuseTwins(
    paths.map((path) => resolve(path)),
    'results',
  );
  const notes: string[] = [];
  const found: Place[] = [];
  for (const path of paths) found.push(...(await placesOf(path, (text) => notes.push(text))));
  const places = apart(found);
  const sources = await Promise.all(places.map(sourceOf));
  const prices = new PriceList();
  const rows = distinctRows(places, (text) => notes.push(text)).map(({ row, source }) => {
    const { name, found } = places[source]!;
    return pageRow(row, source, found.manifest?.configurations ?? null, prices, name, notes);
  });
  return {
    schema: 'vmmu/page@1',
    version,
    title,
    sources,
    prices: prices.all,
    rows,
    traces: places.flatMap(({ found }) => found.traces ?? []),
    experiments: places.flatMap(({ found }) => found.experiments ?? []),
    claims: places.flatMap(({ found }) => found.claims ?? []),
    notes: [...new Set(notes)],
  };
}

/** Places of the same name get a number. */
function apart(places: readonly Place[]): Place[] {
  return places.map((place, at) => {
    const before = places.slice(0, at).filter(({ name }) => name === place.name).length;
    return before === 0 ? place : { ...place, name: `${place.name} (${before + 1})` };
  });
}

async function sourceOf({ name, found }: Place): Promise<Source> {
  const files = await Promise.all(found.files.map(manifestInput));
  return { name, kind: found.kind, files, manifest: found.manifest ?? null };
}

function pageRow(
  row: ResultRow,
  source: number,
  configurations: Parameters<typeof pricesOf>[1],
  list: PriceList,
  name: string,
  notes: string[],
): PageRow {
  const prices = pricesOf(row, configurations);
  if (prices === null) {
    const known = configurations === null ? 'names no machine and prices that come with vmmu' : 'has another price';
    notes.push(`rows of ${row.machine} in ${name} keep their cycles: their configuration is not known or ${known}`);
    return { source, row };
  }
  const { counters, exits, levels, intervals } = countedOf(row);
  return {
    ...identityOf(row),
    prices: list.indexOf(prices),
    source,
    counters: some(counters),
    exits: some(exits),
    levels,
    ...(intervals === undefined ? {} : { intervals }),
  };
}

function some<K extends string>(counts: Readonly<Record<K, number>>): Partial<Record<K, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)) as Partial<Record<K, number>>;
}

/** Equal prices once. */
class PriceList {
  readonly all: RowPrices[] = [];
  private readonly known = new Map<string, number>();

  indexOf(prices: RowPrices): number {
    const key = JSON.stringify(prices);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, this.all.length);
    this.all.push(prices);
    return this.all.length - 1;
  }
}
