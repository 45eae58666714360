/**
 * `kvm_exit` events line by line, as ftrace, trace-cmd and `perf script` print them, of any kernel. An exit lasts until the next `kvm_entry` of
 * the same task.
 */
import type { ImportNotes } from '../../trace/notes.js';
import type { TextLines } from '../../trace/text-lines.js';
import { profiledExit, type ProfiledExit } from '../exit-profile.js';
import type { ProfileReader } from './reader.js';

// task [cpu] flags time: period group:event: rest
const LINE =
  /^(?:(\S.*?)\s+)??(?:\[\d+\]\s+)?(?:[\w.]{4,6}\s+)?(?:(\d+\.\d+):\s+)?(?:\d+\s+)?(?:([a-z]\w*):)?([a-z]\w*):(?:\s+(.*))?$/;
const EXIT = /^(?:vcpu (\d+) )?reason (.+?) rip 0x[0-9a-f]+/;
const LOST = /\[LOST (\d+) EVENTS\]/;
const NOTHING = /^(?:#.*|cpus=\d+|CPU \d+ is empty)?$/;
const OF_KVM = /^(?:kvm_\w+|fast_page_fault|handle_mmio_page_fault|mark_mmio_spte|check_mmio_spte)$/;
const EXPECTED = 'a line as kvm_exit: reason EPT_VIOLATION rip 0x40359f info 582 0';

export const kvmExitLines: ProfileReader = {
  description: 'kvm_exit events of ftrace, trace-cmd or perf script',
  recognise: (head) => /\bkvm_exit:\s+(?:vcpu \d+ )?reason /.test(head),
  async read(lines, notes) {
    const tally = new Tally(lines, notes);
    for await (const text of lines.all()) tally.add(text);
    return tally.profile;
  },
};

interface Counted {
  count: number;
  /** Exits whose entry came, and their microseconds. */
  timed: number;
  sum: number;
  min: number;
  max: number;
}

class Tally {
  private readonly exits = new Map<string, Counted>();
  private readonly counters = new Map<string, number>();
  /** Exits that no entry has followed: what for, and when. By task. */
  private readonly open = new Map<string, { readonly exit: Counted; readonly time: number }>();
  private readonly tasks = new Set<string>();
  private first: number | null = null;
  private last = 0;

  constructor(
    private readonly lines: TextLines,
    private readonly notes: ImportNotes,
  ) {}

  add(text: string): void {
    if (NOTHING.test(text)) return;
    const lost = LOST.exec(text);
    if (lost !== null) return this.notes.drop('events that the recorder lost', Number(lost[1]));
    const found = LINE.exec(text);
    if (found === null) this.lines.fail(text, EXPECTED);
    const [, task = '', time, group, event = '', rest = ''] = found;
    const now = time === undefined ? null : Number(time);
    if (now !== null) this.last = now;
    if (now !== null) this.first ??= now;
    if (event === 'kvm_exit') this.exit(text, task, now, rest);
    else if (OF_KVM.test(event)) {
      this.lines.mark(event);
      this.counters.set(event, (this.counters.get(event) ?? 0) + 1);
    } else this.notes.drop(`lines of ${group === undefined ? '' : `${group}:`}${event}`);
    if (event === 'kvm_entry') this.entry(task, now);
  }

  private exit(text: string, task: string, now: number | null, rest: string): void {
    const found = EXIT.exec(rest);
    if (found === null) this.lines.fail(text, EXPECTED);
    const [, vcpu, name = ''] = found;
    if (task !== '' || vcpu !== undefined) this.tasks.add(task === '' ? vcpu! : task);
    const exit = this.exits.get(name) ?? { count: 0, timed: 0, sum: 0, min: Infinity, max: 0 };
    this.exits.set(name, exit);
    this.lines.mark(name);
    exit.count++;
    if (now === null || task === '') return;
    this.open.set(task, { exit, time: now });
  }

  private entry(task: string, now: number | null): void {
    const open = this.open.get(task);
    if (open === undefined || now === null) return;
    this.open.delete(task);
    const { exit, time } = open;
    const microseconds = Math.round((now - time) * 1e6 * 1e3) / 1e3;
    exit.timed++;
    exit.sum += microseconds;
    exit.min = Math.min(exit.min, microseconds);
    exit.max = Math.max(exit.max, microseconds);
  }

  get profile() {
    const exits: ProfiledExit[] = [...this.exits].map(([name, { count, timed, sum, min, max }]) =>
      profiledExit(name, count, timed === 0 ? null : { mean: sum / timed, min, max }),
    );
    const seconds = this.first === null ? 0 : this.last - this.first;
    return {
      seconds: seconds > 0 ? Math.round(seconds * 1e6) / 1e6 : null,
      vcpus: this.tasks.size > 0 ? this.tasks.size : null,
      exits,
      counters: Object.fromEntries(this.counters),
    };
  }
}
