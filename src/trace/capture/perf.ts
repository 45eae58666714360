/** Linux perf: page faults, changes of mappings, context switches, forks and execs of programs at full speed; no other references. */
import { join } from 'node:path';
import { runProgram, runStep } from './run-program.js';
import type { Recorder } from './recorder.js';

const EVENTS = [
  ...['exceptions:page_fault_user', 'exceptions:page_fault_kernel', 'tlb:tlb_flush'],
  ...['sched:sched_switch', 'sched:sched_process_fork', 'sched:sched_process_exec', 'sched:sched_process_exit'],
  ...['mmap', 'munmap', 'mprotect', 'brk', 'mremap', 'madvise'].flatMap((call) => [
    `syscalls:sys_enter_${call}`,
    `syscalls:sys_exit_${call}`,
  ]),
];

export const perf: Recorder = {
  description:
    'page faults, changes of mappings, context switches, forks and execs, at full speed (Linux perf, as root)',
  programs: { perf: 'linux-perf' },
  captured: `perf record -e ${EVENTS.join(',')}`,
  async record(command, folder, signal) {
    const data = join(folder, 'perf.data');
    const ended = await runProgram('perf', ['record', '-q', '-o', data, '-e', EVENTS.join(','), '--', ...command], {
      signal,
    });
    const text = join(folder, 'perf.txt');
    await runStep('perf', ['script', '-F', 'comm,pid,tid,cpu,time,event,trace', '-i', data], { signal, into: text });
    return { files: [text], format: 'perf-script', ended };
  },
};
