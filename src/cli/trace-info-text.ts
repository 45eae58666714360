/** A trace's statistics as text. */
import { exactnessOf, useUnit } from '../trace/reuse/exactness.js';
import { REUSE_CLASSES, type Reuse } from '../trace/reuse/reuse.js';
import type { WorkingSet } from '../trace/reuse/working-set.js';
import type { TraceCharacteristics } from '../trace/event.js';
import type { TraceHeader } from '../trace/source.js';
import type { L2Misses, ReferenceMisses } from '../trace/reference-misses.js';
import type { ProcessStatistics } from '../trace/processes.js';
import type { TraceStatistics } from '../trace/statistics.js';
import type { NotesRecord } from '../trace/notes.js';
import { columns } from './columns.js';
import { noteLines } from './import-notes.js';

/** @param notes of an imported trace */
export function infoText(
  { name, source, characteristics }: TraceHeader,
  statistics: TraceStatistics,
  notes: NotesRecord | undefined,
): string {
  const { references, runs, pages, events, misses } = statistics;
  const lines: [string, string][] = [
    ['name', name],
    ['ran', source.ran],
    ['captured', source.captured],
    ['kind', `${characteristics.source}, ${captured(characteristics)}`],
    ['records', number(statistics.rows)],
    ['references', `${number(references.all)} = ${number(references.fetch)} fetch + ${number(references.data)} data`],
    ['in runs', `${number(references.inReadRuns)} in read runs, ${number(references.inWriteRuns)} in write runs`],
    [
      'runs',
      `${number(runs.all)} = ${number(runs.fetch)} fetch + ${number(runs.read)} read + ${number(runs.write)} write`,
    ],
    [
      'pages',
      `${number(pages.fetch)} fetched, ${number(pages.data)} of data, ${number(pages.written)} written, ${number(pages.regions2M)} regions of 2 MiB`,
    ],
    [
      'distinct pages',
      Object.entries(statistics.distinctPages)
        .map(([size, pages]) => `${number(pages)} of ${SIZES[size]}`)
        .join(', '),
    ],
    ['threads', number(statistics.threads)],
    [
      'events',
      Object.entries(events)
        .map(([kind, count]) => `${kind} ${number(count)}`)
        .join(', ') || 'none',
    ],
  ];
  lines.push(...noteLines(notes));
  if (misses !== null) lines.push(...missLines(misses));
  const width = Math.max(...lines.map(([label]) => label.length));
  const sheet = lines.map(([label, text]) => `${label.padEnd(width)}  ${text}\n`).join('');
  const unit = useUnit(characteristics);
  return [
    sheet,
    processText(statistics.processes),
    workingSetText(statistics.workingSet),
    reuseText(statistics.reuse, unit),
    curveText(statistics.reuse, unit, exactnessOf(characteristics)),
  ].join('\n');
}

const SIZES: Readonly<Record<string, string>> = { '4k': '4 KiB', '2m': '2 MiB', '1g': '1 GiB' };
/** Processes that are shown; JSON has all. */
const MOST_PROCESSES = 20;

function processText(processes: readonly ProcessStatistics[]): string {
  const shown = processes.slice(0, MOST_PROCESSES).map(({ space, references, runs, pages, regions2M, mappings }) => ({
    space,
    references: number(references),
    'fetch runs': number(runs.fetch),
    'read runs': number(runs.read),
    'write runs': number(runs.write),
    pages: number(pages),
    '2-MiB regions': number(regions2M),
    'mappings at the end': mappings === null ? '-' : number(mappings.length),
    'of pages': mappings === null ? '-' : number(mappings.reduce((sum, mapping) => sum + mapping.pages, 0)),
  }));
  const rest = processes.length - shown.length;
  return `processes\n${columns(shown)}${rest > 0 ? `and ${rest} more; --format json has them all\n` : ''}`;
}

const BARS = '▁▂▃▄▅▆▇█';

function workingSetText({ windowReferences, pages }: WorkingSet): string {
  const most = Math.max(1, ...pages);
  const median = [...pages].sort((a, b) => a - b)[Math.floor(pages.length / 2)] ?? 0;
  const bars = pages.map((used) => BARS[Math.min(BARS.length - 1, Math.floor((BARS.length * used) / most))]).join('');
  return `working set: pages in each of ${pages.length} windows of ${number(windowReferences)} references: median ${number(median)}, most ${number(most)}\n${bars}\n`;
}

function reuseText(reuse: Reuse, unit: string): string {
  const buckets = REUSE_CLASSES.map((one) => reuse[one].histogram).reduce((a, b) => (b.length > a.length ? b : a));
  const rows = buckets.map(({ from, to }, at) => ({
    'other pages between': from === to ? number(from) : `${number(from)} to ${number(to)}`,
    ...byClass((one) => number(reuse[one].histogram[at]?.references ?? 0)),
  }));
  const first = { 'other pages between': 'first use', ...byClass((one) => number(reuse[one].pages)) };
  return `reuse distances: ${unit}s by the number of other pages used since the last use of theirs\n${columns([...rows, first])}`;
}

/** Misses at powers of two, as long as they become fewer. */
function curveText(reuse: Reuse, unit: string, exactness: string): string {
  const longest = REUSE_CLASSES.map((one) => reuse[one].curve).reduce((a, b) => (b.length > a.length ? b : a));
  const rows = longest
    .filter(({ entries }, at) => Number.isInteger(Math.log2(entries)) || at === longest.length - 1)
    .map(({ entries }) => ({
      entries: number(entries),
      ...byClass((one) => {
        const { curve, pages } = reuse[one];
        return number(curve.find((point) => point.entries === entries)?.misses ?? pages);
      }),
    }));
  return `${unit}s that miss in a fully associative LRU TLB (${exactness})\n${columns(rows)}`;
}

function byClass(text: (one: (typeof REUSE_CLASSES)[number]) => string): Record<string, string> {
  return Object.fromEntries(REUSE_CLASSES.map((one) => [one, text(one)]));
}

/** What of the references is there. */
function captured({ filterSets, sampled }: TraceCharacteristics): string {
  if (sampled !== undefined) return 'of the references only those that faulted';
  return filterSets === null ? 'lossless' : `through a ${filterSets}-page filter`;
}

/** Misses of the LRU TLBs that every lossless trace is described by. */
function missLines({ dataL1, fetchL1, l2Of128x4, l2Of128x12 }: ReferenceMisses): [string, string][] {
  const both = ({ all, fetch, data }: L2Misses): string =>
    `${number(all)} = ${number(fetch)} fetch + ${number(data)} data`;
  return [
    ['misses data L1', `${number(dataL1.fa48)} of FA-48, ${number(dataL1.sets16x4)} of 16 sets x 4`],
    ['misses fetch L1', `${number(fetchL1.fa32)} of FA-32, ${number(fetchL1.sets16x4)} of 16 sets x 4`],
    ['misses L2 128x4', `${both(l2Of128x4)}, behind FA-48 and FA-32`],
    ['misses L2 128x12', `${both(l2Of128x12)}, behind 16 x 4 and 16 x 4`],
  ];
}

/** Numbers that the trace does not know are said to be unknown. */
function number(value: number | null): string {
  return value === null ? 'unknown' : value.toLocaleString('en-US');
}
