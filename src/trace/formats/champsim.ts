/** ChampSim's traces, as its Pin tracer writes them: `input_instr` of 64 bytes. */
import { champsimBatches, looksLikeRecords, type RecordLayout } from '../champsim-records.js';
import { RecordStream } from '../record-stream.js';
import { UserRows } from '../user-rows.js';
import { userTrace } from '../user-trace.js';
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
  read(bytes, options) {
    const rows = new UserRows(options.notes);
    const stream = new RecordStream(bytes, options.path);
    options.notes.place = () => stream.place;
    return userTrace(options, rows, () => champsimBatches(stream, rows, INPUT_INSTR));
  },
};
