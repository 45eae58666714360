/** ChampSim's traces with `-c`: `cloudsuite_instr` of 96 bytes, whose ASID says which process it is. */
import { champsimBatches, looksLikeRecords, type RecordLayout } from '../champsim-records.js';
import { RecordStream } from '../record-stream.js';
import { UserRows } from '../user-rows.js';
import { userTrace } from '../user-trace.js';
import type { TraceFormat } from './format.js';

const CLOUDSUITE_INSTR: RecordLayout = {
  bytes: 96,
  stores: { at: 24, count: 4 },
  loads: { at: 56, count: 4 },
  asid: 88,
};

export const cloudsuite: TraceFormat = {
  description: 'ChampSim, records of 96 bytes (cloudsuite_instr), each ASID a process',
  suffix: '.cloudsuite',
  recognise: (head) => looksLikeRecords(head, CLOUDSUITE_INSTR),
  read(bytes, options) {
    const rows = new UserRows(options.notes);
    const stream = new RecordStream(bytes, options.path);
    options.notes.place = () => stream.place;
    return userTrace(options, rows, () => champsimBatches(stream, rows, CLOUDSUITE_INSTR));
  },
};
