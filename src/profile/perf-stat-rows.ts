/** The rows of `perf stat` in its three forms. Numbers have the decimal point and the thousands separators of where it ran. */

export interface Row {
  /** As perf was asked for it. */
  readonly event: string;
  /** null: `missing` says why. */
  readonly value: number | null;
  readonly missing: string | null;
  /** Empty, or what the value is in: msec. */
  readonly unit: string;
  /** Of the time, from 0 to 1, that it was counted; the value is scaled up. */
  readonly share: number;
  /** Seconds since the beginning, of a row for an interval. */
  readonly interval: number | null;
}

/** `metric`: of what perf computed; `single`: of one processor or core; null: no row. */
export type RowLike = Row | 'metric' | 'single' | null;

const VALUE = String.raw`\d[\d.,'’\u202f]*|<not (?:counted|supported)>`;
const TABLE = new RegExp(
  String.raw`^(?:(\d+[.,]\d{9})\s+)?(${VALUE})\s+(?:([A-Za-z/]+)\s+)?([A-Za-z]\S*)(?:\s+#.*?)?(?:\s+\(\s*\+-\s*[\d.,]+%\s*\))?(?:\s+\(([\d.,]+)%\))?$`,
);
const ONE_PLACE = /^(?:\d+[.,]\d{9}\s+)?(?:CPU\d+|[SN]\d+(?:-[A-Z]+\d+)*)\s/;

export function tableRow(text: string): RowLike {
  if (ONE_PLACE.test(text)) return 'single';
  const [, interval, value, unit = '', event, percent = '100'] = TABLE.exec(text) ?? [];
  return event === undefined ? null : row({ event, value: value!, unit, percent, interval });
}

/** interval?, value, unit, event, deviation?, run time, percentage, and a metric. */
const SEPARATED = [',', ';', '|', '\t', "'", ':'].map((separator) => {
  const s = separator === '|' ? '\\|' : separator;
  return {
    single: new RegExp(String.raw`^(?:\d+[.,]\d+${s})?(?:CPU\d+|[SN]\d+(?:-[A-Z]+\d+)*)${s}`),
    metric: new RegExp(String.raw`^(?:\d+[.,]\d+)?${s}{4,}`),
    row: new RegExp(
      String.raw`^(?:(\d+[.,]\d{9})${s})?(-?\d+(?:[.,]\d+)?|<not \w+>)${s}([A-Za-z/]*)${s}([A-Za-z].*?)${s}(?:\d+[.,]\d+%${s})?\d+${s}(\d+[.,]\d+)(?:${s}.*)?$`,
    ),
  };
});

export function separatedRow(text: string): RowLike {
  for (const { single, metric, row: form } of SEPARATED) {
    if (single.test(text)) return 'single';
    if (metric.test(text)) return 'metric';
    const [, interval, value, unit = '', event, percent = '100'] = form.exec(text) ?? [];
    if (event !== undefined) return row({ event, value: value!, unit, percent, interval });
  }
  return null;
}

const OF_ONE = ['cpu', 'core', 'socket', 'die', 'cluster', 'node', 'thread', 'aggregate-number'];

export function jsonRow(text: string): RowLike {
  const fields = parsed(text);
  if (fields === null) return null;
  if (OF_ONE.some((key) => key in fields)) return 'single';
  const { event, unit, interval, 'counter-value': value, 'pcnt-running': percent } = fields;
  if (value === undefined && ('metric-value' in fields || 'metricgroup' in fields)) return 'metric';
  if (typeof event !== 'string' || typeof value !== 'string') return null;
  return row({
    event,
    value,
    unit: typeof unit === 'string' ? unit : '',
    percent: typeof percent === 'number' ? String(percent) : '100',
    interval: typeof interval === 'number' ? String(interval) : undefined,
    fraction: true,
  });
}

/** Some versions of perf leave a comma behind the last field. */
function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(text.replace(/,\s*\}$/, '}')) as Record<string, unknown>;
  } catch {
    return null;
  }
}

interface Texts {
  readonly event: string;
  readonly value: string;
  readonly unit: string;
  readonly percent: string;
  readonly interval: string | undefined;
  /** Whether the value has a decimal point for sure. */
  readonly fraction?: boolean;
}

function row({ event, value, unit, percent, interval, fraction = unit !== '' }: Texts): Row | null {
  const missing = /^<(.*)>$/.exec(value)?.[1] ?? null;
  const number = missing === null ? numberOf(value, fraction) : null;
  if (missing === null && number === null) return null;
  const seconds = interval === undefined ? null : numberOf(interval, true);
  return { event, value: number, missing, unit, share: numberOf(percent, true)! / 100, interval: seconds };
}

/** @param fraction the last separator is the decimal point; otherwise all of them separate thousands */
export function numberOf(text: string, fraction: boolean): number | null {
  const [, whole = '', part = ''] = (fraction ? /^(.*?)(?:[.,](\d+))?$/ : /^(.*)$/).exec(text) ?? [];
  if (!/^\d+$/.test(whole) && !/^\d{1,3}(?:[.,'’\u202f]\d{3})+$/.test(whole)) return null;
  return Number(`${whole.replaceAll(/\D/g, '')}.${part === '' ? '0' : part}`);
}
