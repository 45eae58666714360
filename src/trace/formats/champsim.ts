/** ChampSim's traces, as its Pin tracer writes them: `input_instr` of 64 bytes. */
import { consumeRecords, looksLikeRecords, type RecordLayout } from '../champsim-records.js';
import { recordTrace } from '../record-trace.js';
import type { TraceFormat } from './format.js';

const INPUT_INSTR: RecordLayout = {
  bytes: 64,
  stores: { at: 16, count: 2 },
  loads: { at: 32, count: 4 },
  asid: null,
};

export const champsim: TraceFormat = {
  description: 'ChampSim, records of 64 bytes (input_instr)',
  suffix: '.champsim',
  recognise: (head) => looksLikeRecords(head, INPUT_INSTR),
  read: (bytes, options) =>
    recordTrace(bytes, options, (stream, rows) => ({ consume: () => consumeRecords(stream, rows, INPUT_INSTR) })),
};
