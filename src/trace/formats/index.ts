/** The foreign trace formats that can be read. A new one is a file here and a line below. */
import type { TraceFormat } from './format.js';
import { lackey } from './lackey.js';
import { perfScript } from './perf-script.js';
import { vmtrace } from './vmtrace.js';
import { vruns } from './vruns.js';

export const TRACE_FORMATS = { vruns, vmtrace, lackey, 'perf-script': perfScript } as const satisfies Record<
  string,
  TraceFormat
>;

export type TraceFormatName = keyof typeof TRACE_FORMATS;
