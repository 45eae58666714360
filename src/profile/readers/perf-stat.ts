/**
 * `perf stat`: its table, its separated values (`-x`) and its JSON lines (`-j`). Counts of intervals (`-I`) are added up; those of single
 * processors (`-A`, `--per-core`) are refused, as are several reports in one file.
 */
import type { TextLines } from '../../trace/text-lines.js';
import { jsonRow, numberOf, separatedRow, tableRow, type Row } from '../perf-stat-rows.js';
import type { ProfileReader } from './reader.js';

const HEADER = /^Performance counter stats for /;
const ELAPSED = /^(\d[\d.,'’]*)(?:\s+\+-\s+[\d.,]+)?\s+seconds time elapsed\b/;
/** What perf says besides. */
const PROSE =
  /^(?:#|\d[\d.,]*(?: \+- [\d.,]+)? +seconds (?:user|sys)\b|Some events weren't counted|Try |echo \d+ >|perf stat \.\.\.|The events in group|group\.$|Splitting metric group|,$|Control descriptor|Events (?:enabled|disabled)|[Ww]arning)/;
/** Metrics of no event, as `TopdownL1 # 14.5 % tma_retiring`: lines below go on with them. */
const METRIC_GROUP = /^[A-Za-z]\w*\s+#\s/;
/** A metric in a line of its own has the share of the time that the row above it lacks. */
const METRIC_BELOW = /^#\s.*\((\d[\d.,]*)%\)$/;
/** In a beginning: a row of perf stat -x, which has a share of the time as no table of others has; and one of perf stat -j. */
const SEPARATED =
  /^ *(?:\d+[.,]\d{9}([,;|\t':]))?(?:(?:CPU|[SN])\d[\w-]*([,;|\t':])(?:\d+\2)?)?(?:\d+(?:[.,]\d+)?|<not (?:counted|supported)>)([,;|\t':])[A-Za-z/]*\3[A-Za-z][^\n]*\3\d+\3\d{1,3}[.,]\d\d(?:\3|$)/m;
const TITLE = /^\s*Performance counter stats for |^#\s+time\s+counts\s+unit\s+events$/m;
const JSON_ROW = /^ *\{.*"(?:counter-value|metric-value)" *:/m;
const EXPECTED = 'a row as 1,234,567 dTLB-load-misses, or the same of perf stat -x, or -j';

export const perfStat: ProfileReader = {
  description: 'perf stat, as a table, with -x or with -j',
  recognise: (head) => TITLE.test(head) || SEPARATED.test(head) || JSON_ROW.test(head),
  async read(lines, notes) {
    const tally = new Tally(lines);
    for await (const text of lines.all()) {
      if (text === '') continue;
      if (HEADER.test(text)) tally.header(text);
      else if (ELAPSED.test(text)) tally.elapsed(ELAPSED.exec(text)![1]!);
      else if (METRIC_GROUP.test(text)) tally.metrics();
      else if (METRIC_BELOW.test(text)) tally.shareOfLast(METRIC_BELOW.exec(text)![1]!);
      else if (!PROSE.test(text)) tally.row(text);
    }
    for (const [what, times] of tally.left) notes.drop(what, times);
    return tally.profile;
  },
};

interface Counted {
  sum: number;
  /** Share of the time that it was counted, the least of all rows. */
  share: number;
  interval: number | null;
}

class Tally {
  private readonly counted = new Map<string, Counted>();
  private seconds: number | null = null;
  private headers = 0;
  private last: string | null = null;
  readonly left = new Map<string, number>();

  constructor(private readonly lines: TextLines) {}

  header(text: string): void {
    if (++this.headers > 1) this.lines.fail(text, 'one report');
  }

  elapsed(text: string): void {
    this.seconds = numberOf(text, true) ?? this.lines.fail(text, 'seconds');
  }

  row(text: string): void {
    const row = this.rowOf(text);
    this.last = null;
    if (row === null) return;
    const { event, value, unit, share, interval } = row;
    if (interval !== null) this.seconds = interval;
    if (value === null) return this.leave(`rows of ${event}, which was ${row.missing!}`);
    this.lines.mark(event);
    if (event === 'duration_time') this.seconds ??= value / 1e9;
    const before = this.counted.get(event);
    if (before !== undefined && (interval === null || before.interval === interval))
      return this.repeated(event, row, before);
    if (unit !== '' && unit !== 'msec' && unit !== 'ns') return this.leave(`rows of ${event}, in ${unit}`);
    const sum = (before?.sum ?? 0) + value;
    this.counted.set(event, { sum, share: Math.min(before?.share ?? 1, share), interval });
    this.last = event;
  }

  metrics(): void {
    this.last = null;
    this.leave('metrics that perf computed');
  }

  shareOfLast(percent: string): void {
    const counted = this.last === null ? undefined : this.counted.get(this.last);
    if (counted !== undefined) counted.share = Math.min(counted.share, (numberOf(percent, true) ?? 100) / 100);
  }

  /** perf counts an event twice where two groups ask for it: the one that was counted longer is kept. */
  private repeated(event: string, { value, share, interval }: Row, before: Counted): void {
    this.leave(`rows of ${event}, counted a second time`);
    if (interval === null && share > before.share) this.counted.set(event, { sum: value!, share, interval });
  }

  private rowOf(text: string): Row | null {
    const row = text.startsWith('{') ? jsonRow(text) : (separatedRow(text) ?? tableRow(text));
    if (row === 'metric') {
      this.metrics();
      return null;
    }
    if (row === 'single')
      this.lines.fail(text, 'counts of all processors together: perf stat without -A, --per-core and the like');
    if (row === null) this.lines.fail(text, EXPECTED);
    if (row.share > 1) this.lines.fail(text, 'a share of the time of at most 100 %');
    return row;
  }

  private leave(what: string): void {
    this.left.set(what, (this.left.get(what) ?? 0) + 1);
  }

  get profile() {
    const entries = [...this.counted].filter(([event]) => event !== 'duration_time');
    if (this.seconds === 0) this.lines.fail('0 seconds', 'time in which something was counted');
    return {
      seconds: this.seconds,
      vcpus: null,
      exits: [],
      counters: Object.fromEntries(entries.map(([event, { sum }]) => [event, sum])),
      shares: Object.fromEntries(entries.flatMap(([event, { share }]) => (share < 1 ? [[event, share]] : []))),
    };
  }
}
