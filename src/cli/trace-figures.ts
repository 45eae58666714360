/** The figures of `vmmu trace info --svg`: the working set over time, the misses by TLB size, the reuse distances. */
import { linearAxis, logAxis, short } from '../figures/axes.js';
import { barChart, lineChart, namedAxis, type Series } from '../figures/chart.js';
import { useUnit } from '../trace/reuse/exactness.js';
import { REUSE_CLASSES, type Reuse, type ReuseOfClass } from '../trace/reuse/reuse.js';
import type { TraceHeader } from '../trace/source.js';
import type { TraceStatistics } from '../trace/statistics.js';

const CLASS_LABELS = { all: 'fetches and data', fetch: 'fetches', data: 'data' } as const;

/** Figures by file name. */
export function traceFigures(
  { name, characteristics }: TraceHeader,
  { workingSet, reuse }: TraceStatistics,
): Record<string, string> {
  const unit = useUnit(characteristics);
  const { filterSets } = characteristics;
  const of = filterSets === null ? '' : `, of what a filter of ${filterSets} pages let through`;
  return {
    'working-set.svg': workingSetFigure(name, workingSet),
    'miss-ratio.svg': missRatioFigure(name, reuse, unit, of),
    'reuse-distance.svg': reuseFigure(name, reuse, unit, of),
  };
}

function workingSetFigure(name: string, { windowReferences, pages }: TraceStatistics['workingSet']): string {
  const points = pages.map((used, at) => [at * windowReferences, used] as const);
  return lineChart({
    title: `${name}: working set`,
    subtitle: `pages of 4 KiB used in each window of ${windowReferences.toLocaleString('en-US')} references`,
    x: linearAxis('references since the beginning', pages.length * windowReferences),
    y: linearAxis('pages', Math.max(...pages, 1)),
    series: [{ label: 'pages', points }],
  });
}

function missRatioFigure(name: string, reuse: Reuse, unit: string, of: string): string {
  const series = seriesOf(reuse, ({ curve, references }) =>
    curve.map(({ entries, misses }) => [entries, misses / references] as const),
  );
  const points = series.flatMap((one) => one.points);
  return lineChart({
    title: `${name}: misses of fully associative LRU TLBs`,
    subtitle: `exact for each size${of}; a curve ends where only first uses miss`,
    x: logAxis('entries of the TLB', 2, 1, Math.max(2, ...points.map(([entries]) => entries))),
    y: logAxis(`misses per ${unit}`, 10, Math.min(0.1, ...points.map(([, ratio]) => ratio)), 1),
    series,
  });
}

function reuseFigure(name: string, reuse: Reuse, unit: string, of: string): string {
  const buckets = REUSE_CLASSES.map((one) => reuse[one].histogram).reduce((a, b) => (b.length > a.length ? b : a));
  const names = buckets.map(({ from }) => (from < 2 ? String(from) : `${short(from)}–`));
  const series = seriesOf(reuse, ({ histogram, references }) =>
    histogram.flatMap((bucket, at) =>
      bucket.references === 0 ? [] : [[at, (100 * bucket.references) / references] as const],
    ),
  );
  const least = Math.min(1, ...series.flatMap(({ points }) => points.map(([, share]) => share)));
  return barChart({
    title: `${name}: reuse distances`,
    subtitle: `other pages used between two uses of a page, by powers of two; per cent of the ${unit}s of each class${of}`,
    x: namedAxis('other pages', names),
    y: logAxis(`% of ${unit}s`, 10, Math.max(least, 1e-6), 100),
    series,
  });
}

function seriesOf(reuse: Reuse, points: (one: ReuseOfClass) => Series['points']): Series[] {
  const held = REUSE_CLASSES.filter((one) => reuse[one].references > 0);
  // What is of one class is the same together.
  const shown = held.length === 2 ? held.slice(1) : held;
  return shown.map((one) => ({ label: CLASS_LABELS[one], points: points(reuse[one]) }));
}
