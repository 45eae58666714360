/**
 * Text of `perf script`: page faults, system calls that change mappings, forks, execs, exits and context switches of programs under a real
 * kernel (docs/import-perf.md). Of the references only those that fault are there.
 */
import { TraceError } from '../../errors.js';
import type { EventBatch } from '../event.js';
import { PerfEvents } from '../perf-script/perf-events.js';
import { isMemorySample, otherLine, perfLine } from '../perf-script/perf-line.js';
import { TextLines } from '../text-lines.js';
import { UserRows } from '../user-rows.js';
import { userTrace } from '../user-trace.js';
import type { ImportOptions, TraceFormat } from './format.js';

const HEADER = /^# captured on +:/m;
const EVENT =
  /\s(?:exceptions:page_fault_(?:user|kernel)|tlb:tlb_flush|sched:sched_\w+|syscalls:sys_(?:enter|exit)_\w+): /;
const EXPECTED = 'a line of perf script, as prog 6630 [001] 3901.329: exceptions:page_fault_user: address=0x0 …';

export const perfScript: TraceFormat = {
  description: 'text of perf script: page faults, system calls and context switches of programs',
  suffix: '.perf-script.txt',
  recognise: (head) => {
    const text = new TextDecoder().decode(head);
    return HEADER.test(text) || EVENT.test(text) || isMemorySample(text);
  },
  read: (bytes, options) => {
    const { path, notes } = options;
    const rows = new UserRows(notes);
    return userTrace(options, rows, decode, { characteristics: { sampled: 'faults' } });

    async function* decode(): AsyncGenerator<EventBatch, void, undefined> {
      const lines = new TextLines(bytes, path);
      notes.place = () => lines.place;
      const events = new PerfEvents(rows);
      let none = true;
      for await (const text of lines.all()) {
        const line = perfLine(text);
        if (line === null) passOver(text, lines, notes);
        else {
          const expected = events.add(line);
          if (expected !== null) lines.fail(`${line.event}: ${line.rest}`, expected);
          none = false;
        }
        if (rows.full) yield rows.take();
      }
      events.end();
      if (none) lines.fail('the end of the file', EXPECTED);
    }
  },
};

function passOver(text: string, lines: TextLines, notes: ImportOptions['notes']): void {
  switch (otherLine(text)) {
    case 'nothing':
      return;
    case 'PERF_RECORD':
      return notes.drop('PERF_RECORD lines');
    case 'call chains':
      return notes.drop('lines of call chains');
    case 'memory sample':
      throw new TraceError(
        `${lines.place}: found a sample of perf mem; expected events: samples are some references among millions, which no replay can be made of; they only calibrate one`,
      );
    case null:
      lines.fail(text, EXPECTED);
  }
}
