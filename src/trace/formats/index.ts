/**
 * The foreign trace formats that can be read. A new one is a file here and a line below. Files are tried in this order: what has a mark of its own
 * comes before what is only plausible.
 */
import { champsim } from './champsim.js';
import { cloudsuite } from './cloudsuite.js';
import { csv } from './csv.js';
import { cvp1 } from './cvp1.js';
import { dinero } from './dinero.js';
import { drmemtrace } from './drmemtrace.js';
import { drmemtraceView } from './drmemtrace-view.js';
import { execlog } from './execlog.js';
import { gem5Instructions } from './gem5-instructions.js';
import { gem5InstructionsText } from './gem5-instructions-text.js';
import { gem5Packets } from './gem5-packets.js';
import { gem5PacketsText } from './gem5-packets-text.js';
import { lackey } from './lackey.js';
import { perfScript } from './perf-script.js';
import { pinMemtrace } from './pin-memtrace.js';
import { pinRecords } from './pin-records.js';
import { pinatrace } from './pinatrace.js';
import { recordsCsv } from './records-csv.js';
import { sift } from './sift.js';
import { text } from './text.js';
import { userRuns } from './user-runs.js';
import { vmtrace } from './vmtrace.js';
import { vruns } from './vruns.js';
import type { TraceFormat } from './format.js';

export const TRACE_FORMATS = {
  vmtrace,
  lackey,
  drmemtrace,
  'gem5-packets': gem5Packets,
  'gem5-instructions': gem5Instructions,
  sift,
  'drmemtrace-view': drmemtraceView,
  'perf-script': perfScript,
  'user-runs': userRuns,
  pinatrace,
  execlog,
  'gem5-packets-text': gem5PacketsText,
  'gem5-instructions-text': gem5InstructionsText,
  dinero,
  'records-csv': recordsCsv,
  csv,
  text,
  'pin-records': pinRecords,
  champsim,
  cloudsuite,
  'pin-memtrace': pinMemtrace,
  cvp1,
  vruns,
} as const satisfies Record<string, TraceFormat>;

export type TraceFormatName = keyof typeof TRACE_FORMATS;
