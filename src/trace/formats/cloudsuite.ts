/** ChampSim's traces with `-c`: `cloudsuite_instr` of 96 bytes, whose ASID says which process it is. */
import { consumeRecords, looksLikeRecords, type RecordLayout } from '../champsim-records.js';
import { recordTrace } from '../record-trace.js';
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
  read: (bytes, options) =>
    recordTrace(bytes, options, (stream, rows) => ({ consume: () => consumeRecords(stream, rows, CLOUDSUITE_INSTR) })),
};
