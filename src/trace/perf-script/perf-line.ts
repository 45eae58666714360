/** A line of `perf script`: who, and which event. Columns that `-F` leaves out may be missing. */

export interface PerfLine {
  /** Process and thread where both columns are there; otherwise the one number, of a thread, stands for both. */
  readonly process: number;
  /** null: only one number is told. */
  readonly thread: number | null;
  /** Group and name, as `sched:sched_switch`. */
  readonly event: string;
  /** What the event says. */
  readonly rest: string;
}

// comm pid[/tid] [cpu] flags time: period event: rest
const LINE =
  /^(?:\S.*?\s+)?(\d+)(?:\/(\d+))?\s+(?:\[\d+\]\s+)?(?:[\w.]{4,6}\s+)?(?:\d+\.\d+:\s+)?(?:\d+\s+)?([a-z]\w*:[a-z][\w-]*):(?:\s+(.*))?$/;
/** Frames of a call chain: an address, a symbol, a file. */
const FRAME = /^[0-9a-f]+ .*\(.*\)$/;
const RECORD = /\bPERF_RECORD_[A-Z]/;
/** Samples of `perf mem`: what a load or store met. */
const MEMORY_SAMPLE = /\|OP [A-Z]|\bmem-(?:loads|stores)\b|\bibs_op\/|\barm_spe/;

/** null: no line of an event. */
export function perfLine(text: string): PerfLine | null {
  const found = LINE.exec(text);
  if (found === null) return null;
  const [, first, second, event, rest = ''] = found;
  return { process: Number(first), thread: second === undefined ? null : Number(second), event: event!, rest };
}

export type OtherLine = 'nothing' | 'call chains' | 'PERF_RECORD' | 'memory sample';

/** What a line is that is none of an event; null: nothing that `perf script` writes. */
export function otherLine(text: string): OtherLine | null {
  if (text === '' || text.startsWith('#')) return 'nothing';
  if (RECORD.test(text)) return 'PERF_RECORD';
  if (isMemorySample(text)) return 'memory sample';
  return FRAME.test(text) ? 'call chains' : null;
}

export function isMemorySample(text: string): boolean {
  return MEMORY_SAMPLE.test(text);
}
