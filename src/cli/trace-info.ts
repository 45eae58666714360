/** A trace's statistics as text. */
import type { TraceCharacteristics } from '../trace/event.js';
import type { TraceHeader } from '../trace/source.js';
import type { L2Misses, ReferenceMisses } from '../trace/reference-misses.js';
import type { TraceStatistics } from '../trace/statistics.js';

export function infoText({ name, source, characteristics }: TraceHeader, statistics: TraceStatistics): string {
  const { references, runs, pages, events, misses } = statistics;
  const lines: [string, string][] = [
    ['name', name],
    ['ran', source.ran],
    ['captured', source.captured],
    ['kind', `${characteristics.source}, ${captured(characteristics)}`],
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
    ['threads', number(statistics.threads)],
    [
      'events',
      Object.entries(events)
        .map(([kind, count]) => `${kind} ${number(count)}`)
        .join(', ') || 'none',
    ],
  ];
  if (misses !== null) lines.push(...missLines(misses));
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, text]) => `${label.padEnd(width)}  ${text}\n`).join('');
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
