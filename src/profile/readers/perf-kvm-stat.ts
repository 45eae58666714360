/**
 * The table of `perf kvm stat report`. Its columns have had other names, orders and units: the header tells. Names of exits may have spaces, so
 * values are counted from the right.
 */
import type { TextLines } from '../../trace/text-lines.js';
import { profiledExit, type ProfiledExit } from '../exit-profile.js';
import type { ProfileReader } from './reader.js';

const HEADER = /^(?:VM-EXIT|Event name)\s+Samples/;
const TITLE = /Samples?%|Samples|(?:Min |Max |Avg |Mean )?Time ?(?:%|\((?:ns|us)\))?/gi;
const TOTAL = /^Total Samples:(\d+), Total events handled time:([\d.]+)us\.?$/;
const UNKNOWN = /^unknown (?:kvm )?exit (?:reason|code):\s*(\d+) on (\w+)/i;
const DEVIATION = /\(\s*\+-[^)]*\)$/;
/** What stands before the table, and reports of others' events. */
const PROLOGUE = /^(?:Analyze events|Warning|\d+ out of order events|#)/i;
const EXPECTED = 'a row as EPT_VIOLATION 303 1.17% 0.01% 1.04us 167.13us 13.33us ( +- 8.61% )';

const NANOSECONDS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 } as const;
type Unit = keyof typeof NANOSECONDS;

interface Column {
  readonly what: 'count' | 'share' | 'total' | 'min' | 'max' | 'mean';
  /** Of values that bear none. */
  readonly unit: Unit;
}

/** Sums of a column's percentages so far, by its place. */
type Shares = Map<number, number>;
/** They are rounded. */
const MOST_SHARES = 101;

export const perfKvmStat: ProfileReader = {
  description: 'table of perf kvm stat report',
  recognise: (head) =>
    /^Analyze events for (?:all VMs|pid)/im.test(head) || /^\s*(?:VM-EXIT|Event name)\s+Samples/m.test(head),
  async read(lines, notes) {
    const exits: ProfiledExit[] = [];
    const counters: Record<string, number> = {};
    let columns: readonly Column[] | null = null;
    let total: number | null = null;
    const shares: Shares = new Map();
    for await (const text of lines.all()) {
      const unknown = UNKNOWN.exec(text);
      if (unknown !== null) {
        const name = `unknown exit code ${unknown[1]!} of ${unknown[2]!}`;
        lines.mark(name);
        counters[name] = (counters[name] ?? 0) + 1;
      } else if (HEADER.test(text)) {
        if (columns !== null) lines.fail(text, 'one table');
        columns = columnsOf(text, lines);
      } else if (TOTAL.test(text)) total = Number(TOTAL.exec(text)![1]);
      else if (text === '' || PROLOGUE.test(text)) continue;
      else if (columns === null) lines.fail(text, 'the header VM-EXIT Samples …');
      else exits.push(row(text, columns, lines, shares));
    }
    if (columns === null) lines.fail('the end of the file', 'the header VM-EXIT Samples …');
    const counted = exits.reduce((sum, { count }) => sum + count, 0);
    if (total !== null && total < counted) lines.fail(`rows of ${counted} samples`, `at most the total of ${total}`);
    notes.drop('samples of the total that no row has', total === null ? 0 : total - counted);
    return { seconds: null, vcpus: null, exits, counters };
  },
};

function columnsOf(header: string, lines: TextLines): Column[] {
  const unknown = header.replace(HEADER, 'Samples').replace(TITLE, '').trim();
  if (unknown !== '')
    lines.fail(unknown, 'the columns Samples, Samples%, Time%, Time, Min Time, Max Time and Avg or Mean Time');
  return [...header.matchAll(TITLE)].map(([title]) => {
    const unit: Unit = /\(ns\)/i.test(title) ? 'ns' : 'us';
    if (/^samples$/i.test(title)) return { what: 'count', unit };
    if (title.endsWith('%')) return { what: 'share', unit };
    if (/^min/i.test(title)) return { what: 'min', unit };
    if (/^max/i.test(title)) return { what: 'max', unit };
    return { what: /^(?:avg|mean)/i.test(title) ? 'mean' : 'total', unit };
  });
}

function row(text: string, columns: readonly Column[], lines: TextLines, shares: Shares): ProfiledExit {
  const words = text.replace(DEVIATION, '').trim().split(/\s+/);
  const values = words.splice(words.length - columns.length);
  if (words.length === 0 || values.length < columns.length) lines.fail(text, EXPECTED);
  const found: Partial<Record<Column['what'], number>> = {};
  for (const [at, { what, unit }] of columns.entries()) {
    const value = valueOf(values[at]!, what, unit);
    if (value === null) lines.fail(text, EXPECTED);
    found[what] = value;
    if (what !== 'share') continue;
    shares.set(at, (shares.get(at) ?? 0) + value);
    if (shares.get(at)! > MOST_SHARES) lines.fail(text, 'shares that add up to 100 %');
  }
  const name = words.join(' ');
  lines.mark(name);
  const { count = 0, total } = found;
  const mean = found.mean ?? (total === undefined ? undefined : total / count);
  const times = mean === undefined ? null : { mean, min: found.min ?? null, max: found.max ?? null };
  return profiledExit(name, count, times);
}

/** Times in microseconds; null: none such. */
function valueOf(text: string, what: Column['what'], unit: Unit): number | null {
  if (what === 'count') return /^\d+$/.test(text) ? Number(text) : null;
  if (what === 'share') {
    const [, share] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
    return share === undefined || Number(share) > 100 ? null : Number(share);
  }
  const [, number, own] = /^(\d+(?:\.\d+)?)(ns|us|ms|s)?$/.exec(text) ?? [];
  return number === undefined ? null : (Number(number) * NANOSECONDS[(own as Unit | undefined) ?? unit]) / 1e3;
}
