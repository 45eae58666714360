/** The figures of a trace: the working set over time, the misses by TLB size, the reuse distances. */
import { short } from './axes.js';
import type { Figure } from './figure.js';
import type { TraceCharacteristics } from '../trace/event.js';
import { useUnit } from '../trace/reuse/exactness.js';
import { REUSE_CLASSES, type Reuse, type ReuseOfClass } from '../trace/reuse/reuse.js';
import type { TraceStatistics } from '../trace/statistics.js';

const CLASS_LABELS = { all: 'fetches and data', fetch: 'fetches', data: 'data' } as const;

/** What is needed to know of how a trace was recorded. */
type Recorded = Pick<TraceCharacteristics, 'counts' | 'filterSets'>;

/** @param name of the trace, for titles */
export function traceFigures(
  name: string,
  characteristics: Recorded,
  { workingSet, reuse }: Pick<TraceStatistics, 'workingSet' | 'reuse'>,
): Figure[] {
  const unit = useUnit(characteristics);
  const { filterSets } = characteristics;
  const of = filterSets === null ? '' : `, of what a filter of ${filterSets} pages let through`;
  return [
    workingSetFigure(name, workingSet),
    missRatioFigure(name, reuse, unit, of),
    reuseFigure(name, reuse, unit, of),
  ];
}

function workingSetFigure(name: string, { windowReferences, pages }: TraceStatistics['workingSet']): Figure {
  return {
    name: 'working-set',
    title: `${name}: working set`,
    caption: `Pages of 4 KiB used in each window of ${windowReferences.toLocaleString('en-US')} references.`,
    width: 'page',
    plot: {
      kind: 'xy',
      x: { title: 'references since the beginning', scale: 'linear', to: pages.length * windowReferences },
      y: { title: `pages used in ${windowReferences.toLocaleString('en-US')} references`, scale: 'linear' },
      series: [{ label: 'pages', as: 'line', points: pages.map((used, at) => [at * windowReferences, used] as const) }],
    },
  };
}

function missRatioFigure(name: string, reuse: Reuse, unit: string, of: string): Figure {
  const curves = classes(reuse).map(({ label, one: { curve, references } }) => ({
    label,
    as: 'line' as const,
    points: curve.map(({ entries, misses }) => [entries, misses / references] as const),
  }));
  return {
    name: 'miss-ratio',
    title: `${name}: misses of fully associative LRU TLBs`,
    caption: `Exact for each size${of}; a curve ends where only first uses miss.`,
    width: 'page',
    plot: {
      kind: 'xy',
      x: { title: 'entries of the TLB', scale: 'log2', from: 1 },
      y: { title: `misses per ${unit}${of}`, scale: 'log10', to: 1 },
      series: curves,
    },
  };
}

function reuseFigure(name: string, reuse: Reuse, unit: string, of: string): Figure {
  const buckets = REUSE_CLASSES.map((one) => reuse[one].histogram).reduce((a, b) => (b.length > a.length ? b : a));
  return {
    name: 'reuse-distance',
    title: `${name}: reuse distances`,
    caption: `Other pages used between two uses of a page, by powers of two, as a share of the ${unit}s of each class${of}.`,
    width: 'page',
    plot: {
      kind: 'bars',
      groups: buckets.map(({ from }) => (from < 2 ? String(from) : `${short(from)}–`)),
      groupTitle: 'other pages used between two uses of a page',
      y: { title: `% of ${unit}s${of}`, scale: 'log10', to: 100 },
      series: classes(reuse).map(({ label, one: { histogram, references } }) => ({
        label,
        values: histogram.map((bucket) => (bucket.references === 0 ? null : (100 * bucket.references) / references)),
      })),
    },
  };
}

/** What is of one class is the same together. */
function classes(reuse: Reuse): { label: string; one: ReuseOfClass }[] {
  const held = REUSE_CLASSES.filter((one) => reuse[one].references > 0);
  const shown = held.length === 2 ? held.slice(1) : held;
  return shown.map((one) => ({ label: CLASS_LABELS[one], one: reuse[one] }));
}
