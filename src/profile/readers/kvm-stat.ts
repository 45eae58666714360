/** What kvm_stat shows: the new layout, a tree with `kvm_exit(HLT)` below `kvm_exit`, the old one with debugfs names, and `kvm_stat -1`. */
import { profiledExit, type ProfiledExit } from '../exit-profile.js';
import type { ProfileReader } from './reader.js';

const TITLE = /^(?:kvm statistics\b.*|Event\s+Total(?:\s+%Total)?(?:\s+(?:Current|CurAvg\/s))?|Total\s+\d.*|)$/;
/** A name, all of them, a share, a rate. */
const ROW = /^([a-z]\w*)(?:\(([^)]+)\))?\s+(\d+)(?:\s+([\d.]+)(\s+[\d.]+)?)?$/;
const EXPECTED = 'a row as kvm_exit(HLT) 500 5.6 20';

export const kvmStat: ProfileReader = {
  description: 'what kvm_stat shows',
  recognise: (head) => /^\s*Event\s+Total\b/m.test(head) || /^\s*kvm_exit(?:\([\w -]+\))?\s+\d+/m.test(head),
  async read(lines) {
    const exits: ProfiledExit[] = [];
    const counters: Record<string, number> = {};
    const seen = new Set<string>();
    for await (const text of lines.all()) {
      if (TITLE.test(text)) continue;
      const [, name, part, count, share, rate] = ROW.exec(text) ?? lines.fail(text, EXPECTED);
      // Of two numbers behind the total, the first is its share of all events.
      if (rate !== undefined && Number(share) > 100) lines.fail(text, 'a share of at most 100 %');
      const whole = part === undefined ? name! : `${name!}(${part})`;
      if (seen.has(whole)) lines.fail(text, 'each name once');
      seen.add(whole);
      lines.mark(part ?? name!);
      if (name === 'kvm_exit' && part !== undefined) exits.push(profiledExit(part, Number(count), null));
      else counters[whole] = Number(count);
    }
    return { seconds: null, vcpus: null, exits, counters };
  },
};
